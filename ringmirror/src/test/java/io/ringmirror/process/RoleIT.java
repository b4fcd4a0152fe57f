package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role goes between two servers that are processes, one of which does not answer: stopped in the middle, or killed. */
class RoleIT {
    private static final String PROPERTIES = "source.lease.ms=4000\nbeat.ms=500\nnbd.listen=127.0.0.1:%d\n";

    @TempDir
    private Path directory;

    private Site site;

    @Test
    void nothingIsDoneForATargetThatIsStoppedAndAStoppedSourceIsFencedAndFollowsC11F17() throws Exception {
        try (Site opened = Site.withBroker(directory)) {
            site = opened;
            site.cluster("create", "m", "--volume", "disk=16M", "--source", "east", "--destination", "west")
                    .succeeded();
            site.tracker();
            int eastPort = Site.freePort();
            int westPort = Site.freePort();
            Process east = site.server("server", "east", PROPERTIES.formatted(eastPort));
            Process west = site.server("server", "west", PROPERTIES.formatted(westPort));
            write(eastPort, 1);

            signal("STOP", west);
            Answer refused = promote("west");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("server west did not say within 10 s whether it can take the role", "nothing was done");
            write(eastPort, 2);
            signal("CONT", west);
            site.cluster("wait", "m", "--in-sync", "--timeout", "60s").succeeded();
            assertThat(site.cluster("promote", "m", "--server", "east", "--execute")
                            .succeeded()
                            .out())
                    .as("nobody obeyed what was asked of a stopped server")
                    .contains("server east is the source of mirror m already, since term 1");

            assertThat(promote("west").succeeded().err()).contains("server east has handed over");
            read(westPort, 1, 2);
            write(westPort, 3);

            signal("STOP", west);
            assertThat(promote("east", "--drain", "2s").succeeded().err())
                    .contains("server west has not handed over; server east fences it");
            write(eastPort, 4);
            signal("CONT", west);
            read(eastPort, 1, 2, 3, 4);
            assertThat(promote("west").succeeded().out())
                    .contains("server west is the source of mirror m since term 4");
            read(westPort, 1, 2, 3, 4);

            west.destroyForcibly().waitFor();
            assertThat(promote("east", "--drain", "0s").succeeded().out())
                    .contains("server east is the source of mirror m since term 5");
            write(eastPort, 5);
            read(eastPort, 1, 2, 3, 4, 5);
            assertThat(Processes.stop(east)).isEqualTo(Site.SIGTERM);
        }
    }

    private Answer promote(String server, String... more) throws Exception {
        String[] words = new String[6 + more.length];
        System.arraycopy(new String[] {"promote", "m", "--server", server, "--execute", "--wait"}, 0, words, 0, 6);
        System.arraycopy(more, 0, words, 6, more.length);
        return site.cluster(words);
    }

    private void write(int port, int pattern) throws Exception {
        command(port, "write", pattern);
    }

    private void read(int port, int... patterns) throws Exception {
        for (int pattern : patterns) {
            command(port, "read", pattern);
        }
    }

    private void command(int port, String verb, int pattern) throws Exception {
        String command = verb + " -P " + pattern + " " + pattern * 100_000 + " 90000";
        assertThat(site.processes().tool("qemu-io", "-f", "raw", "-c", command, "nbd://127.0.0.1:" + port + "/m/disk"))
                .doesNotContain("failed");
    }

    private void signal(String which, Process process) throws Exception {
        site.processes().tool("sh", "-c", "kill -s " + which + " " + process.pid());
    }
}
