package io.ringmirror.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.ServerSettings;
import io.ringmirror.streams.TrackerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void aServerIsToldWhatIsConfigured() {
        ServerSettings settings = Settings.server(
                config(Map.of(
                        "ack", "flush",
                        "mirrors", "a,b",
                        "nbd.listen", "[::1]:1234",
                        "nbd.socket", "/run/ringmirror/nbd.sock",
                        "source.cache.bytes", "134217728",
                        "destination.flush.interval.ms", "5000",
                        "transaction.timeout.ms", "30000")),
                Set.of(Role.SOURCE));

        assertThat(settings.server()).isEqualTo("east");
        assertThat(settings.clusters())
                .singleElement()
                .satisfies(cluster -> assertThat(cluster.mirrors()).containsExactly("a", "b"));
        assertThat(settings.nbd().host()).isEqualTo("::1");
        assertThat(settings.nbd().port()).isEqualTo(1234);
        assertThat(settings.nbd().socket()).contains(Path.of("/run/ringmirror/nbd.sock"));
        assertThat(settings.source().ack()).isEqualTo(AckMode.FLUSH);
        assertThat(settings.source().flushDirtyBytes()).isEqualTo(56 << 20);
        assertThat(settings.source().transactionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.destination().flushInterval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aMirrorWithKeysOfItsOwnIsOnAClusterOfItsOwn() {
        Map<String, String> own = Map.of(
                "mirror.shop.bootstrap.servers", "far:9092",
                "mirror.shop.producer.compression.type", "lz4");
        ServerSettings settings = Settings.server(config(own), Set.of(Role.SOURCE));

        assertThat(settings.clusters()).hasSize(2);
        assertThat(settings.clusters().get(0).mirrors()).isEmpty();
        assertThat(settings.clusters().get(0).elsewhere()).containsExactly("shop");
        assertThat(settings.clusters().get(0).producerProperties()).doesNotContainKey("compression.type");
        assertThat(settings.clusters().get(1).mirrors()).containsExactly("shop");
        assertThat(settings.clusters().get(1).adminProperties()).containsEntry("bootstrap.servers", "far:9092");
        assertThat(settings.clusters().get(1).producerProperties()).containsEntry("compression.type", "lz4");
        assertThat(config(own).unknownKeys()).isEmpty();
        assertThat(config(Map.of("mirror.shop.botstrap.servers", "far:9092")).unknownKeys())
                .containsExactly("mirror.shop.botstrap.servers");
    }

    @Test
    void theDefaultsAreTakenByEveryPart() {
        assertThat(Settings.server(config(Map.of()), Set.of(Role.SOURCE))
                        .source()
                        .ack())
                .isEqualTo(AckMode.WRITE);
        TrackerSettings tracker = Settings.tracker(config(Map.of()));
        assertThat(tracker.stateDir()).isEqualTo(Path.of("/data/tracker"));
        assertThat(tracker.replicationFactor()).isEmpty();
        assertThat(Settings.tracker(config(Map.of("replication.factor", "2"))).replicationFactor())
                .hasValue(2);
    }

    @Test
    void aLeaseIsLongerWhereBeatsAreRarerAndOneOfAFewBeatsIsRefused() {
        ServerSettings rare = Settings.server(config(Map.of("beat.ms", "20000")), Set.of(Role.SOURCE));

        assertThat(rare.source().lease()).isEqualTo(Duration.ofSeconds(100));
        assertThatThrownBy(() -> Settings.server(
                        config(Map.of("beat.ms", "1000", "source.lease.ms", "2999")), Set.of(Role.SOURCE)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("source.lease.ms is 2999; it must be at least 3 x beat.ms, 3000");
    }

    @Test
    void aServerWithoutANameIsRefusedByTheKey() {
        RingMirrorConfig config = new RingMirrorConfig(Map.of("bootstrap.servers", "localhost:9092"));

        assertThatThrownBy(() -> Settings.server(config, Set.of(Role.SOURCE)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("server.name");
    }

    private static RingMirrorConfig config(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(
                Map.of("bootstrap.servers", "localhost:9092", "server.name", "east", "data.dir", "/data"));
        properties.putAll(more);
        return new RingMirrorConfig(properties);
    }
}
