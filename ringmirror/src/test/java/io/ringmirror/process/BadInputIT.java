package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gets a clear error, the exit code of its kind, and changes nothing (invariant I8). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int UNREACHABLE = 4;
    private static final int NOT_RETAINED = 5;

    private Site site;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        site = Site.withBroker(directory);
        admin = Admin.create(Map.of("bootstrap.servers", site.bootstrapServers()));
    }

    @AfterAll
    void end() throws Exception {
        admin.close();
        site.close();
    }

    @Test
    @Order(1)
    void helpIsDataAndAnUnknownOptionIsNot() throws Exception {
        Answer help = site.run("create", "--help").succeeded();
        assertThat(help.out()).startsWith("Usage: ringmirror create");
        assertThat(help.err()).isEmpty();

        assertThat(site.run("list", "--colour").exited(USAGE).onlyLine())
                .contains("--colour", "ringmirror list --help");
    }

    @Test
    @Order(2)
    void aVolumeOfNoOrHalfASectorIsRefusedBeforeAnythingIsMadeF28() throws Exception {
        for (String size : List.of("0", "1000")) {
            assertThat(create("odd", size, "east", "west").exited(USAGE).onlyLine())
                    .contains("volume 'disk' is " + size, "positive multiple of 512");
        }
        assertThat(topics()).isEmpty();
    }

    @Test
    @Order(3)
    void aServerNamesTheTopicsThatAreMissingF28() throws Exception {
        Answer answer = serve("destination", "early", "").exited(FAILED);

        assertThat(answer.err())
                .contains("ringmirror.definitions: topic is missing", "ringmirror topics --execute")
                .doesNotContain("\tat ");
        assertThat(site.path("early")).doesNotExist();
        assertThat(topics()).isEmpty();
    }

    @Test
    @Order(4)
    void aMirrorThatIsNotThereIsNamedF28() throws Exception {
        create("there", "1M", "east", "west").succeeded();
        Set<String> before = topics();

        assertThat(site.cluster("flush", "nowhere").exited(FAILED).onlyLine())
                .contains("there is no mirror 'nowhere'", "ringmirror list");
        assertThat(refusal(serve("destination", "west", "mirrors=nowhere").exited(FAILED)))
                .contains("nowhere");
        assertThat(site.path("west")).doesNotExist();
        assertThat(topics()).isEqualTo(before);
    }

    @Test
    @Order(4)
    void aKeyThatIsMissingOrWrongIsNamedF28() throws Exception {
        Path nameless = site.properties("nameless", "data.dir=" + site.path("nameless"));
        assertThat(site.run("source", "--config", nameless.toString())
                        .exited(USAGE)
                        .onlyLine())
                .contains("'server.name'");
        assertThat(serve("source", "wrong", "source.flush.interval.ms=soon")
                        .exited(USAGE)
                        .onlyLine())
                .contains("source.flush.interval.ms", "soon");
        assertThat(site.path("wrong")).doesNotExist();
    }

    @Test
    @Order(4)
    void aBrokerThatIsNotThereIsWaitedForInBoundsAndNamedF28() throws Exception {
        String nobody = "127.0.0.1:" + Site.freePort();
        assertThat(site.run("list", "--bootstrap-server", nobody, "--timeout", "2s")
                        .exited(UNREACHABLE)
                        .onlyLine())
                .contains(nobody);

        Path lonely = site.properties(
                "lonely", site.identity("lonely") + "kafka.timeout.ms=2000\nbootstrap.servers=" + nobody);
        assertThat(refusal(site.run("source", "--config", lonely.toString()).exited(UNREACHABLE)))
                .contains(nobody);
        assertThat(site.path("lonely")).doesNotExist();
    }

    @Test
    @Order(5)
    void aRingThatForgetsWithAgeOrIsGoneIsRefusedF11F12() throws Exception {
        create("leaky", "1M", "leaking", "leaked").succeeded();
        ConfigResource ring = new ConfigResource(ConfigResource.Type.TOPIC, "ringmirror.leaky.log");
        admin.incrementalAlterConfigs(Map.of(
                        ring,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("retention.ms", "604800000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        assertThat(refusal(serve("source", "leaking", "").exited(FAILED)))
                .contains("leaky", "retention.ms is 604800000, must be -1");

        admin.deleteTopics(List.of(ring.name())).all().get();
        assertThat(refusal(serve("source", "leaking", "").exited(FAILED))).contains(ring.name(), "missing");
        assertThat(site.path("leaking/leaky/volumes")).doesNotExist();
    }

    @Test
    @Order(5)
    void aServerWhoseOnlyRingIsDeletedSaysSoAndEndsF11() throws Exception {
        create("doomed", "1M", "nobody", "mourner").succeeded();
        Process mourner = site.server("destination", "mourner", "");

        admin.deleteTopics(List.of("ringmirror.doomed.log")).all().get();

        assertThat(mourner.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(mourner.exitValue()).isEqualTo(NOT_RETAINED);
        assertThat(site.processes().output("mourner"))
                .contains("ringmirror: mirror doomed: TOPIC_GONE", "was deleted", "Make the mirror anew");
    }

    @Test
    @Order(5)
    void aVolumeLargerThanTheFileSystemAllowsLeavesNoImageF10() throws Exception {
        create("huge", "1048576T", "hugely", "hoping").succeeded();

        assertThat(refusal(serve("source", "hugely", "").exited(FAILED))).contains("huge", "disk.img");

        assertThat(site.image("hugely", "huge", "disk")).doesNotExist();
    }

    @Test
    @Order(5)
    void aDataDirectoryThatCannotBeMadeIsNamedWithItsKeyAndTheReason() throws Exception {
        create("homeless", "1M", "blocked", "nobody").succeeded();
        Files.createFile(site.path("blocked"));

        assertThat(refusal(serve("source", "blocked", "").exited(FAILED)))
                .contains("mirror homeless: cannot make the replica's directory", "a file of this name is there")
                .endsWith("correct data.dir");
    }

    @Test
    @Order(5)
    void aReplicaDirectoryInUseOrOfAnotherMirrorIsRefusedF21() throws Exception {
        create("first", "1M", "nobody", "holder").succeeded();
        create("second", "1M", "nobody", "thief").succeeded();
        Process holder = site.server("destination", "holder", "");

        assertThat(refusal(serve("destination", "holder", "").exited(FAILED)))
                .contains("is in use by server holder, process " + holder.pid(), "data.dir");

        Processes.stop(holder);
        Path position = site.path("holder/first/position");
        String before = Files.readString(position);
        Files.createDirectory(site.path("thief"));
        Files.move(site.path("holder/first"), site.path("thief/second"));
        assertThat(refusal(serve("destination", "thief", "").exited(NOT_RETAINED)))
                .contains("replica of the mirror with id", "not of mirror second");
        assertThat(site.path("thief/second/position")).hasContent(before);
    }

    private Answer create(String mirror, String size, String source, String destination) throws Exception {
        return site.cluster(
                "create", mirror, "--volume", "disk=" + size, "--source", source, "--destination", destination);
    }

    /** Runs a server that is expected to refuse. */
    private Answer serve(String role, String name, String more) throws Exception {
        Path file = site.properties("refused-" + name, site.identity(name) + "nbd.listen=127.0.0.1:0\n" + more);
        return site.run(role, "--config", file.toString());
    }

    /** The one line that a server ends with, after what it logged. */
    private static String refusal(Answer answer) {
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).doesNotContain("\tat ");
        List<String> said = answer.err()
                .lines()
                .dropWhile(line -> !line.startsWith("ringmirror: "))
                .toList();
        assertThat(said).as(answer.err()).hasSize(1);
        return said.get(0);
    }

    private Set<String> topics() throws Exception {
        return admin.listTopics().names().get();
    }
}
