package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpOfEveryCommandGoesToStdoutAndEndsWithZero() {
        for (String name : RingMirror.commandLine().getSubcommands().keySet()) {
            StringWriter help = new StringWriter();

            assertThat(Main.run(new PrintWriter(help), new PrintWriter(err), name, "--help"))
                    .isZero();

            assertThat(help.toString()).contains("Usage: ringmirror " + name).contains("--help");
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesEveryExitCode() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).contains("0   done", "2   wrong options", "130   interrupted");
    }

    @Test
    void aWrongOptionIsOneLineOnStderrAndExitTwo() {
        assertThat(run("version", "--bogus")).isEqualTo(2);

        assertThat(err.toString().lines())
                .containsExactly("ringmirror: Unknown option: '--bogus'; see 'ringmirror version --help'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void noCommandIsExitTwo() {
        assertThat(run()).isEqualTo(2);

        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void versionsAreNamed() {
        assertThat(run("version")).isZero();

        assertThat(out.toString().lines())
                .satisfiesExactly(
                        ours -> assertThat(ours).matches("ringmirror \\d+\\.\\d+\\.\\d+"),
                        kafka -> assertThat(kafka).startsWith("kafka "),
                        java -> assertThat(java).startsWith("java "));
    }

    @Test
    void theCompletionScriptIsBashAndKnowsTheCommands() throws Exception {
        assertThat(run("completion")).isZero();

        Process bash = new ProcessBuilder("bash", "-n").start();
        try (PrintWriter script = new PrintWriter(bash.outputWriter())) {
            script.print(out);
        }
        assertThat(bash.waitFor()).isZero();
        assertThat(out.toString()).contains("completion");
    }

    @Test
    void serversLogWhatTheyDoAndOtherCommandsOnlyWhatWentWrong() {
        assertThat(LogLevels.ours(List.of("source", "--config", "f"), null)).isEqualTo("INFO");
        assertThat(LogLevels.ours(List.of("status"), null)).isEqualTo("WARN");
        assertThat(LogLevels.ours(List.of("status", "--debug"), null)).isEqualTo("DEBUG");
        assertThat(LogLevels.ours(List.of("source"), "ERROR")).isEqualTo("ERROR");
        assertThat(LogLevels.ours(List.of(), null)).isEqualTo("WARN");
        assertThat(LogLevels.others(List.of("source"))).isEqualTo("WARN");
        assertThat(LogLevels.others(List.of("demo"))).isEqualTo("ERROR");
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }
}
