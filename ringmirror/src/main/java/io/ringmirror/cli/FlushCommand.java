package io.ringmirror.cli;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** {@code ringmirror flush}. */
@picocli.CommandLine.Command(
        name = "flush",
        description = "Tells the servers of a mirror to flush now; 'ringmirror wait' waits for the outcome.")
final class FlushCommand extends MirrorCommand {
    @Option(names = "--server", paramLabel = "SERVER", description = "Tells this server only; all if none is named.")
    private String server;

    @ArgGroup
    private final Hold instead = new Hold();

    private static final class Hold {
        @Option(
                names = "--hold",
                description = "Tells them to stop flushing until --resume instead: rehearses a slow destination.")
        private boolean hold;

        @Option(names = "--resume", description = "Tells them to flush by their triggers again.")
        private boolean resume;
    }

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        if (server != null) {
            Cluster.requireReplica(definition, server);
        }
        Command command =
                new Command(definition.mirrorId(), mirror(), UUID.randomUUID(), Optional.ofNullable(server), action());
        cluster.tell(command);
        out().println("told " + (server == null ? "all servers" : "server " + server) + " of mirror " + mirror() + ": "
                + switch (command.action()) {
                    case FLUSH -> "flush now";
                    case HOLD_FLUSH -> "flush no more until told to resume";
                    case RESUME_FLUSH -> "flush again";
                    case PROMOTE, DEMOTE, ASK_FIT, RETRY -> throw new IllegalStateException("not an order to flush");
                });
        return ExitCode.OK;
    }

    private Action action() {
        if (instead.hold) {
            return Action.HOLD_FLUSH;
        }
        return instead.resume ? Action.RESUME_FLUSH : Action.FLUSH;
    }
}
