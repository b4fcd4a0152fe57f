package io.ringmirror.cli;

import picocli.CommandLine.Option;

/** The options that every subcommand has. */
abstract class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Shows this help on stdout.")
    @SuppressWarnings("UnusedVariable") // Picocli itself acts on it.
    private boolean help;

    @Option(names = "--debug", order = 99, description = "Shows stack traces, and logs in detail.")
    private boolean debug;

    /** True if the user wants stack traces and detailed logs. */
    final boolean debug() {
        return debug;
    }
}
