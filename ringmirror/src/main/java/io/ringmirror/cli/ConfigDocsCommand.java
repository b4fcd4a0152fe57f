package io.ringmirror.cli;

import io.ringmirror.config.ConfigDocs;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ringmirror config-docs}: for whoever changes the configuration's definition. */
@Command(name = "config-docs", hidden = true, description = "Prints the reference page of the configuration.")
final class ConfigDocsCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ConfigDocs.page());
        return ExitCode.OK.number();
    }
}
