package io.ringmirror.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Where the process begins: runs one command and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        LogLevels.set(args);
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /** Runs one command in this process, for tests and for programs; returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = RingMirror.commandLine().setOut(out).setErr(err);
        int exitCode = line.execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }
}
