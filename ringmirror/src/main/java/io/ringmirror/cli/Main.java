package io.ringmirror.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Where the process begins: runs one command and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        LogLevels.set(args);
        System.exit(RingMirror.commandLine().execute(args));
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
