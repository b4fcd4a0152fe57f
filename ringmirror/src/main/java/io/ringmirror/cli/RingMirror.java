package io.ringmirror.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root of the command line: names the subcommands and says what the exit codes mean. */
@Command(
        name = "ringmirror",
        description = "Mirrors block volumes over Apache Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        subcommands = {
            DemoCommand.class,
            SourceCommand.class,
            DestinationCommand.class,
            ServerCommand.class,
            TrackerCommand.class,
            CreateCommand.class,
            ListCommand.class,
            DescribeCommand.class,
            DeleteCommand.class,
            TopicsCommand.class,
            StatusCommand.class,
            FlushCommand.class,
            PromoteCommand.class,
            DemoteCommand.class,
            RefenceCommand.class,
            RetryCommand.class,
            AdoptCommand.class,
            WaitCommand.class,
            TortureCommand.class,
            BenchCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            ConfigDocsCommand.class
        })
final class RingMirror {
    /** The command line, ready to execute; every failure goes through {@link Failures}. */
    static CommandLine commandLine() {
        Failures failures = new Failures();
        CommandLine root = new CommandLine(new RingMirror())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        root.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        return root;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.format("%3d", code.number()), code.meaning());
        }
        return codes;
    }
}
