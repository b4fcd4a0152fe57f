package io.ringmirror.cli;

import java.util.List;
import picocli.CommandLine.Parameters;

/** A command about one mirror that there is: it speaks to the cluster that the mirror is on. */
abstract class MirrorCommand extends ClusterCommand {
    @Parameters(paramLabel = "MIRROR", description = "Name of the mirror.")
    private String mirror;

    final String mirror() {
        return mirror;
    }

    @Override
    final List<String> mirrors() {
        return List.of(mirror);
    }
}
