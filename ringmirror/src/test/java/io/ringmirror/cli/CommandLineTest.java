package io.ringmirror.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aWordWithATypingErrorGetsASuggestion() {
        assertThat(run("statsu")).isEqualTo(2);
        assertThat(run("list", "--bootstrap-sever", "x")).isEqualTo(2);

        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("'statsu'; did you mean 'status'?; see 'ringmirror --help'"),
                        line -> assertThat(line).contains("did you mean '--bootstrap-server'?"));
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
    void whatCannotBePrintedIsExitOneAndSaid() {
        PrintWriter full = new PrintWriter(
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException("full");
                    }
                },
                false,
                UTF_8);

        assertThat(Main.run(full, new PrintWriter(err), "version")).isEqualTo(1);

        assertThat(err.toString().lines()).singleElement().asString().contains("output cannot be written");
    }

    @Test
    void aPlaceThatCannotBeUsedIsNamedWithItsOptionAndTheReasonBeforeAnythingStarts(@TempDir Path directory)
            throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path missing = directory.resolve("missing.raw");

        assertThat(run("demo", "--image", missing.toString())).isEqualTo(1);
        assertThat(run("demo", "--image", directory.toString())).isEqualTo(1);
        assertThat(run("demo", "--data", file.toString())).isEqualTo(2);
        assertThat(run("bench", "--data", file + "/x")).isEqualTo(2);
        assertThat(run("source", "--ready-file", missing + "/ready")).isEqualTo(2);
        assertThat(run("source", "--ready-file", directory.toString())).isEqualTo(2);
        assertThat(run("list", "--config", missing.toString())).isEqualTo(2);

        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("ringmirror: --image " + missing + " cannot be copied in: cannot use "
                                        + missing + ": no such file or directory"),
                        line -> assertThat(line)
                                .startsWith("ringmirror: --image " + directory + " cannot be copied in: "),
                        line -> assertThat(line)
                                .startsWith("ringmirror: --data " + file + " cannot be used: ")
                                .contains("a file of this name is there"),
                        line -> assertThat(line)
                                .startsWith("ringmirror: --data " + file + "/x cannot be used: ")
                                .contains("Not a directory"),
                        line -> assertThat(line)
                                .startsWith("ringmirror: --ready-file " + missing + "/ready cannot be made: ")
                                .contains("no such file or directory"),
                        line -> assertThat(line)
                                .startsWith("ringmirror: --ready-file " + directory + " cannot be made: "),
                        line -> assertThat(line)
                                .isEqualTo("ringmirror: configuration file " + missing + " cannot be read: cannot use "
                                        + missing + ": no such file or directory"));
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
