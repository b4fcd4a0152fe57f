package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {
    private final StringWriter err = new StringWriter();

    @Test
    void aCommandsOwnExitCodeIsKept() {
        assertThat(failWith(new CommandException(ExitCode.DIFFERENT, "images differ at 4096")))
                .isEqualTo(3);

        assertThat(err.toString().lines()).containsExactly("ringmirror: images differ at 4096");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsExitFourThroughAnyWrapping() {
        assertThat(failWith(new ExecutionException(new TimeoutException("no answer from localhost:1"))))
                .isEqualTo(4);

        assertThat(err.toString().lines()).containsExactly("ringmirror: no answer from localhost:1");
    }

    @Test
    void aWrongConfigurationIsExitTwo() {
        assertThat(failWith(new ConfigException("beat.ms", "x"))).isEqualTo(2);
    }

    @Test
    void anInterruptionIsExit130AndNothingIsSaidOfItWhereverItWasNoticed() {
        assertThat(failWith(new InterruptedException("stopped"))).isEqualTo(130);
        assertThat(failWith(new IOException("cannot start", new ClosedByInterruptException())))
                .isEqualTo(130);

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anythingElseIsExitOneAndNamedEvenWithoutAMessage() {
        assertThat(failWith(new IllegalStateException())).isEqualTo(1);

        assertThat(err.toString().lines()).containsExactly("ringmirror: java.lang.IllegalStateException");
    }

    @Test
    void theStackTraceIsShownWithDebugOnly() {
        failWith(new IllegalStateException("broken"), "--debug");

        assertThat(err.toString()).contains("\tat ").endsWith("ringmirror: broken" + System.lineSeparator());
    }

    private int failWith(Exception failure, String... args) {
        return new CommandLine(new Failing(failure))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler(new Failures())
                .execute(args);
    }

    @Command(name = "failing")
    private static final class Failing extends HelpOption implements Callable<Integer> {
        private final Exception failure;

        Failing(Exception failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }
}
