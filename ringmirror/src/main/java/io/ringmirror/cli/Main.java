package io.ringmirror.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Where the process begins: runs one command and ends with its exit code. */
public final class Main {
    private static final String NOBODY_READS = "Broken pipe";

    private Main() {}

    public static void main(String[] args) {
        // A broker within this process makes names of constants upper case in it, which Turkish has other letters for.
        Locale.setDefault(Locale.ROOT);
        LogLevels.set(args);
        StandardOutput stdout = new StandardOutput();
        System.exit(run(
                new PrintWriter(stdout, true, UTF_8), new PrintWriter(System.err, true, UTF_8), stdout::failure, args));
    }

    /** Runs one command in this process, for tests and for programs; returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(out, err, Optional::empty, args);
    }

    /** What a command did well and could not tell is a failure: whoever asked goes by what was printed. */
    private static int run(
            PrintWriter out, PrintWriter err, Supplier<Optional<IOException>> outputFailure, String... args) {
        CommandLine line = RingMirror.commandLine().setOut(out).setErr(err);
        int exitCode = line.execute(args);
        err.flush();
        if (!out.checkError() || exitCode != ExitCode.OK.number()) {
            return exitCode;
        }
        String why = outputFailure.get().map(Reason::of).orElse("its writer is broken");
        if (why.equals(NOBODY_READS)) {
            return ExitCode.NOBODY_READS.number();
        }
        err.println("ringmirror: the output cannot be written: " + why);
        err.flush();
        return ExitCode.FAILED.number();
    }
}
