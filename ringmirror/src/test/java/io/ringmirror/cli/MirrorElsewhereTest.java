package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Cli.Answer;
import io.ringmirror.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands about a mirror whose keys say that it is on a cluster of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MirrorElsewhereTest {
    private TestCluster here;
    private TestCluster there;
    private Path config;

    @BeforeAll
    void startBrokers(@TempDir Path directory) throws Exception {
        here = TestCluster.start();
        there = TestCluster.start();
        config = Files.writeString(
                directory.resolve("server.properties"),
                "bootstrap.servers=" + here.bootstrapServers() + "\nmirror.shop.bootstrap.servers="
                        + there.bootstrapServers() + "\n");
    }

    @AfterAll
    void stopBrokers() {
        there.close();
        here.close();
    }

    @Test
    void aMirrorWithBrokersOfItsOwnIsMadeAndFoundThereAndOthersAreNot() {
        create("shop");
        create("bank");

        assertThat(new Cli(there.bootstrapServers()).run("list").out())
                .contains("shop")
                .doesNotContain("bank");
        assertThat(new Cli(here.bootstrapServers()).run("list").out())
                .contains("bank")
                .doesNotContain("shop");
        assertThat(run("describe", "shop").exitCode()).isZero();
        assertThat(run("flush", "shop").exitCode()).isZero();
        assertThat(run("status", "shop").err()).contains("has not spoken of mirror 'shop'");
        assertThat(run("delete", "shop").out()).contains("would delete topic ringmirror.shop.log");
    }

    @Test
    void theClusterThatTheCommandLineNamesCountsMore() {
        create("inn");
        Answer answer = run("describe", "shop", "--bootstrap-server", here.bootstrapServers());

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).contains("there is no mirror 'shop'");
    }

    @Test
    void mirrorsOnSeveralClustersAreNotShownTogether() {
        Answer answer = run("status", "bank", "shop");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("mirror 'shop' has keys of its own", "name it alone");
    }

    private void create(String mirror) {
        Answer answer = run("create", mirror, "--volume", "v=1M", "--source", "a", "--destination", "b");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
    }

    private Answer run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--config", config.toString()));
        return Cli.asGiven(all.toArray(String[]::new));
    }
}
