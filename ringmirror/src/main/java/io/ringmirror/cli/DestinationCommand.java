package io.ringmirror.cli;

import io.ringmirror.schemas.Event.Role;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code ringmirror destination}. */
@Command(
        name = "destination",
        subcommands = {DestinationAddCommand.class, DestinationRemoveCommand.class},
        description = "Keeps a copy of the mirrors that have this server as a destination."
                + " Runs until it is told to stop.")
final class DestinationCommand extends MirrorServerCommand {
    @Override
    Set<Role> roles() {
        return Set.of(Role.DESTINATION);
    }
}
