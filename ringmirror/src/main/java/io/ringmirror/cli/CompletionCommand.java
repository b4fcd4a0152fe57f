package io.ringmirror.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ringmirror completion}. */
@Command(
        name = "completion",
        description = "Prints a completion script for bash and zsh: source <(ringmirror completion)")
final class CompletionCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("ringmirror", spec.root().commandLine()));
        return ExitCode.OK.number();
    }
}
