package io.ringmirror.cli;

import java.util.List;
import java.util.Set;

/**
 * Decides how much is logged, before the first logger is asked for: servers tell what they do and what Kafka's client
 * warns of, other commands only what went wrong, {@code --debug} everything of ours. A level given by
 * {@code RINGMIRROR_LOG_LEVEL} rules ours.
 */
final class LogLevels {
    private static final Set<String> SERVERS = Set.of("source", "destination", "server", "tracker");

    private LogLevels() {}

    static void set(String[] args) {
        System.setProperty("ringmirror.log.level", ours(List.of(args), System.getenv("RINGMIRROR_LOG_LEVEL")));
        System.setProperty("ringmirror.log.level.others", others(List.of(args)));
    }

    static String ours(List<String> args, String configured) {
        if (configured != null && !configured.isBlank()) {
            return configured;
        } else if (args.contains("--debug")) {
            return "DEBUG";
        } else {
            return server(args) ? "INFO" : demo(args) ? "ERROR" : "WARN";
        }
    }

    /** Of a broker that is not there Kafka's client warns many times a second; a short command says it once itself. */
    static String others(List<String> args) {
        return server(args) || args.contains("--debug") ? "WARN" : "ERROR";
    }

    /** A newcomer is not warned of what a broker alone on this machine cannot promise. */
    private static boolean demo(List<String> args) {
        return !args.isEmpty() && args.get(0).equals("demo");
    }

    private static boolean server(List<String> args) {
        return !args.isEmpty() && SERVERS.contains(args.get(0));
    }
}
