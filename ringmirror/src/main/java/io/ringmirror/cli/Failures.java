package io.ringmirror.cli;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.replica.store.ReplicaInUseException;
import io.ringmirror.schemas.topics.ClusterUnreachableException;
import io.ringmirror.volume.Reason;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one place where failures become an exit code and a line on stderr. Called by picocli on the command's thread;
 * a stack trace is shown with {@code --debug} only.
 */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        say(
                command.getErr(),
                failure.getMessage() + meant(failure) + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE.number();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        Throwable cause = unwrapped(failure);
        if (parsed.hasMatchedOption("--debug")) {
            failure.printStackTrace(command.getErr());
        }
        if (cause instanceof ParameterException wrong) {
            return handleParseException(wrong, new String[0]);
        }
        ExitCode code = exitCode(cause);
        // Whoever interrupts a command knows what ended it.
        if (code != ExitCode.INTERRUPTED) {
            say(command.getErr(), Reason.of(cause));
        }
        return code.number();
    }

    static ExitCode exitCode(Throwable failure) {
        if (isInterruption(failure)) {
            return ExitCode.INTERRUPTED;
        } else if (isForPeople(failure)) {
            return ExitCode.NOT_RETAINED;
        } else if (failure instanceof CommandException command) {
            return command.exitCode();
        } else if (failure instanceof ConfigException) {
            return ExitCode.USAGE;
        } else if (failure instanceof ClusterUnreachableException
                || failure instanceof TimeoutException
                || failure instanceof BrokerNotAvailableException
                || failure instanceof DisconnectException) {
            return ExitCode.UNREACHABLE;
        } else {
            return ExitCode.FAILED;
        }
    }

    /** What was probably meant by a word that there is not. */
    private static String meant(ParameterException failure) {
        return failure instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(word -> "; did you mean '" + word + "'?")
                        .orElse("")
                : "";
    }

    /** The thread was told to end, whatever call was the first to notice. */
    private static boolean isInterruption(Throwable failure) {
        return failure != null
                && (failure instanceof InterruptedException
                        || failure instanceof InterruptException
                        || failure instanceof ClosedByInterruptException
                        || isInterruption(failure.getCause()));
    }

    /** A replica and its ring do not go together: somebody has to look, and usually to make a full copy. */
    private static boolean isForPeople(Throwable failure) {
        return failure != null
                && (failure instanceof ChainException
                        || (failure instanceof ReplicaException && !(failure instanceof ReplicaInUseException))
                        || isForPeople(failure.getCause()));
    }

    /** What failed, without the wrappings of futures. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static void say(PrintWriter err, String message) {
        err.println("ringmirror: " + message.strip());
        err.flush();
    }
}
