package io.ringmirror.torture;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The operator's commands, each with the torture's own properties file and a place in a log. Any thread. */
final class Control {
    private final Operator operator;
    private final Path properties;
    private final Path log;

    Control(Operator operator, Path properties, Path log) {
        this.operator = operator;
        this.properties = properties;
        this.log = log;
    }

    /** Runs a command; true if it went well. */
    boolean run(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--config", properties.toString()));
        StringWriter said = new StringWriter();
        int exitCode = operator.run(new PrintWriter(said, true), all.toArray(String[]::new));
        String entry = Instant.now() + " " + String.join(" ", words) + ": exit code " + exitCode + "\n" + said;
        synchronized (this) {
            Files.writeString(log, entry, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return exitCode == 0;
    }

    /** The same where failing means that the torture cannot be done. */
    void require(String... words) throws IOException {
        if (!run(words)) {
            throw new IOException("'ringmirror " + String.join(" ", words) + "' failed; see " + log);
        }
    }
}
