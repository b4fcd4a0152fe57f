package io.ringmirror.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs commands of the command line in this JVM against one cluster. */
final class Cli {
    private final String bootstrapServers;

    Cli(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** What a command answered. */
    record Answer(int exitCode, String out, String err) {}

    Answer run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap-server", bootstrapServers));
        return asGiven(all.toArray(String[]::new));
    }

    /** The same, without naming the cluster. */
    static Answer asGiven(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
        return new Answer(exitCode, out.toString(), err.toString());
    }
}
