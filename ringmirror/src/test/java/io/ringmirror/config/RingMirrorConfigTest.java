package io.ringmirror.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.topics.TopicSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingMirrorConfigTest {
    @Test
    void bootstrapServersAreAllThatMustBeGiven() {
        RingMirrorConfig config = new RingMirrorConfig(Map.of("bootstrap.servers", "localhost:9092"));

        assertThat(config.topics().definitions()).isEqualTo("ringmirror.definitions");
        assertThat(config.sourceFlushDirtyBytes()).isEqualTo(28 << 20);
        assertThat(config.nbdListen()).hasToString("127.0.0.1/<unresolved>:10809");
        assertThat(config.unknownKeys()).isEmpty();
    }

    @Test
    void aMissingKeyIsNamedF28() {
        assertThatThrownBy(() -> new RingMirrorConfig(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bootstrap.servers");
        assertThatThrownBy(() -> config("topic.prefix", "p").serverName())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'server.name'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "beat.ms|soon",
                "beat.ms|5",
                "ack|maybe",
                "topic.prefix|a/b",
                "nbd.listen|10809",
                "nbd.listen|localhost:65536",
                "nbd.listen|::1:10809",
                "nbd.listen|[::1]",
                "nbd.listen|*:10809",
                "nbd.socket|/a/path/that/is/far/too/long/for/the/address/of/a/unix/domain/socket/which/has/room/for/one/hundred/and/seven/bytes",
                "http.listen|localhost:",
                "record.format|xml",
                "replication.factor|0",
                "min.insync.replicas|0",
                "source.cache.bytes|1",
                "source.flush.dirty.bytes|40000000",
                "destination.flush.dirty.bytes|40000000",
                "segment.bytes|1048576",
                "source.cache.bytes|64m",
                "source.cache.bytes|9000000000G"
            })
    void aWrongValueIsRefusedByItsKey(String key, String value) {
        assertThatThrownBy(() -> config(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
    }

    @Test
    void anIpv6AddressWithoutAPortIsToldThatThePortIsMissing() {
        assertThatThrownBy(() -> config("nbd.listen", "[::1]")).hasMessageContaining("the port is missing");
    }

    @Test
    void aSizeIsWrittenAsInOptions() {
        RingMirrorConfig config = config("source.cache.bytes", "64M");

        assertThat(config.getLong("source.cache.bytes")).isEqualTo(64L << 20);
        assertThat(config.sourceFlushDirtyBytes()).isEqualTo((64L << 20) / 16 * 7);
        assertThat(config("segment.bytes", "2MiB").topicSettings(3).segmentBytes())
                .isEqualTo(2 << 20);
    }

    @Test
    void topicsSuitTheClusterWhereNothingElseIsConfigured() {
        RingMirrorConfig config = config("segment.bytes", "4194304");

        assertThat(config.topicSettings(5)).isEqualTo(new TopicSettings((short) 3, 2, 4 << 20, false));
        assertThat(config.topicSettings(1)).isEqualTo(new TopicSettings((short) 1, 1, 4 << 20, true));
    }

    @Test
    void moreReplicasInSyncThanThereAreIsRefused() {
        assertThatThrownBy(() -> config("min.insync.replicas", "4").topicSettings(3))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("min.insync.replicas");
    }

    @Test
    void unknownKeysAreFoundAndKafkasOwnAreKnownF28() {
        Map<String, String> properties = new HashMap<>();
        properties.put("bootstrap.servers", "localhost:9092");
        properties.put("sorce.cache.bytes", "1");
        properties.put("security.protocol", "SSL");
        properties.put("producer.linger.ms", "1");
        properties.put("streams.num.stream.threads", "1");
        properties.put("config.providers", "");

        assertThat(new RingMirrorConfig(properties).unknownKeys()).containsExactly("sorce.cache.bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "sorce.cache.bytes,source.cache.bytes",
        "nbd.lisen,nbd.listen",
        "data.dri,data.dir",
        "server,",
        "colour.of.the.bikeshed,"
    })
    void aKeyWithATypingErrorIsTakenForTheNearest(String key, String meant) {
        assertThat(RingMirrorConfig.meantBy(key)).isEqualTo(Optional.ofNullable(meant));
    }

    @Test
    void eachKindOfClientGetsWhatAllKnowAndItsOwn() {
        RingMirrorConfig config = new RingMirrorConfig(Map.of(
                "bootstrap.servers", "localhost:9092",
                "security.protocol", "SASL_SSL",
                "consumer.fetch.max.bytes", "1000000",
                "admin.retries", "7"));

        assertThat(config.consumerProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.max.bytes", "1000000")
                .containsEntry("default.api.timeout.ms", "30000")
                .doesNotContainKey("retries");
        assertThat(config.adminProperties()).containsEntry("retries", "7").doesNotContainKey("fetch.max.bytes");
        assertThat(config.streamsProperties()).containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void keysOfOursThatKafkaReadsOtherwiseDoNotReachItsClients() {
        RingMirrorConfig config = config("transaction.timeout.ms", "20000");

        assertThat(config.producerProperties()).doesNotContainKey("transaction.timeout.ms");
        assertThat(config.producerProperties()).containsKey("bootstrap.servers");
    }

    @Test
    void whatTheGuaranteesRestOnIsForced() {
        RingMirrorConfig config = config("producer.acks", "all");

        assertThat(config.producerProperties())
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true");
        assertThat(config.consumerProperties())
                .containsEntry("auto.offset.reset", "none")
                .containsEntry("enable.auto.commit", "false");
    }

    @ParameterizedTest
    @CsvSource({"producer.acks,1", "producer.enable.idempotence,false", "consumer.auto.offset.reset,latest"})
    void aForcedKeySetOtherwiseIsRefused(String key, String value) {
        RingMirrorConfig config = config(key, value);

        assertThatThrownBy(() -> {
                    config.producerProperties();
                    config.consumerProperties();
                })
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
    }

    @Test
    void aValueMayComeFromAConfigProvider(@TempDir Path dir) throws Exception {
        Path secrets = Files.writeString(dir.resolve("secrets.properties"), "login=opensesame\n");
        RingMirrorConfig config = new RingMirrorConfig(Map.of(
                "bootstrap.servers", "localhost:9092",
                "config.providers", "file",
                "config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider",
                "sasl.jaas.config", "${file:" + secrets + ":login}"));

        assertThat(config.adminProperties()).containsEntry("sasl.jaas.config", "opensesame");
        assertThat(config.unknownKeys()).isEmpty();
    }

    private static RingMirrorConfig config(String key, String value) {
        return new RingMirrorConfig(Map.of("bootstrap.servers", "localhost:9092", key, value));
    }
}
