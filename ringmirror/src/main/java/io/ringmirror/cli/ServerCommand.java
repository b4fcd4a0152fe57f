package io.ringmirror.cli;

import io.ringmirror.schemas.Event.Role;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code ringmirror server}. */
@Command(
        name = "server",
        description = "Serves volumes and keeps copies, each mirror in the role this server has in it."
                + " Runs until it is told to stop.")
final class ServerCommand extends MirrorServerCommand {
    @Override
    Set<Role> roles() {
        return Set.of(Role.SOURCE, Role.DESTINATION);
    }
}
