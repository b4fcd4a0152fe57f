package io.ringmirror.cli;

import io.ringmirror.schemas.Event.Role;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code ringmirror source}. */
@Command(
        name = "source",
        description =
                "Serves the volumes of the mirrors whose source this server is." + " Runs until it is told to stop.")
final class SourceCommand extends MirrorServerCommand {
    @Override
    Set<Role> roles() {
        return Set.of(Role.SOURCE);
    }
}
