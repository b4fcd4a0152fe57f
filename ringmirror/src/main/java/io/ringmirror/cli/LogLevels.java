package io.ringmirror.cli;

import java.util.List;
import java.util.Set;

/**
 * Decides how much is logged, before the first logger is asked for: servers tell what they do, other commands only what
 * went wrong, {@code --debug} everything of ours. A level given by {@code RINGMIRROR_LOG_LEVEL} rules.
 */
final class LogLevels {
    private static final Set<String> SERVERS = Set.of("source", "destination", "server", "tracker");

    private LogLevels() {}

    static void set(String[] args) {
        System.setProperty("ringmirror.log.level", ours(List.of(args), System.getenv("RINGMIRROR_LOG_LEVEL")));
    }

    static String ours(List<String> args, String configured) {
        if (configured != null && !configured.isBlank()) {
            return configured;
        } else if (args.contains("--debug")) {
            return "DEBUG";
        } else {
            return !args.isEmpty() && SERVERS.contains(args.get(0)) ? "INFO" : "WARN";
        }
    }
}
