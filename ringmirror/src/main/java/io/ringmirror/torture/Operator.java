package io.ringmirror.torture;

import java.io.PrintWriter;

/** Runs a command of RingMirror's command line in this process, as an operator would; any thread. */
public interface Operator {
    /** Returns its exit code; all that it says goes to {@code said}. */
    int run(PrintWriter said, String... words);
}
