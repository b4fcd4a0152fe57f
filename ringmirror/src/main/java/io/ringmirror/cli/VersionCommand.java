package io.ringmirror.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ringmirror version}. */
@Command(name = "version", description = "Prints the versions of RingMirror, Kafka's client and Java.")
final class VersionCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.root().commandLine().printVersionHelp(spec.commandLine().getOut());
        return ExitCode.OK.number();
    }
}
