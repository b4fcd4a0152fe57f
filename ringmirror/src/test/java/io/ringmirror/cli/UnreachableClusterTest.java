package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Cli.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreachableClusterTest {
    @ParameterizedTest
    @ValueSource(strings = {"list", "status", "topics", "describe m", "delete m", "flush m", "wait m --in-sync"})
    void aBrokerThatIsNotThereIsExitFourAndOneLine(String command) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();

            Answer answer = new Cli(address).run((command + " --timeout 1s").split(" ", -1));

            assertThat(answer.exitCode()).isEqualTo(4);
            assertThat(answer.err()).contains(address);
            assertThat(answer.err().lines()).hasSize(1);
        }
    }

    @Test
    void whereEveryBrokerRefusesItIsSaidSoonWithoutALimit() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }

        Answer answer = new Cli("127.0.0.1:" + port).run("list");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err().lines())
                .singleElement()
                .asString()
                .contains("127.0.0.1:" + port + ": connection refused");
    }

    @Test
    void whereNobodyAnswersTheCommandSaysWhatItWaitsFor() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();

            Answer answer = new Cli(address).run("list", "--timeout", "7s");

            assertThat(answer.exitCode()).isEqualTo(4);
            assertThat(answer.err().lines())
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .isEqualTo("ringmirror: waiting for Kafka at " + address + ", for 7 s at most"),
                            line -> assertThat(line)
                                    .contains("cannot reach Kafka at " + address)
                                    .doesNotContain("null"));
        }
    }

    @Test
    void aHostThatIsNotKnownIsExitFour() {
        Answer answer = new Cli("no-such-host.invalid:9092").run("list", "--timeout", "1s");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err()).contains("no-such-host.invalid");
    }

    @Test
    void noBrokersNamedIsExitTwoAndSaysWhereToNameThem() {
        StringWriter err = new StringWriter();

        assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), "list"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--bootstrap-server", "RINGMIRROR_BOOTSTRAP_SERVERS");
    }
}
