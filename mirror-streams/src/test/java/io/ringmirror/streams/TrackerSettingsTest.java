package io.ringmirror.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.TopicNames;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TrackerSettingsTest {
    private static final Map<String, Object> CLIENT = Map.of("bootstrap.servers", "localhost:9092");

    @Test
    void whatThePromisesDependOnCannotBeChosen() {
        Map<String, Object> client = Map.of(
                "bootstrap.servers", "localhost:9092",
                "processing.guarantee", "at_least_once",
                "application.id", "mine",
                "auto.offset.reset", "latest",
                "commit.interval.ms", 50);
        Properties properties = TrackerProperties.of(settings(client, 3, 1, Optional.empty()), 5);

        assertThat(properties)
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("application.id", "rm.tracker")
                .containsEntry("auto.offset.reset", "earliest")
                .containsEntry("state.dir", "state")
                .containsEntry("replication.factor", 3)
                .containsEntry("num.standby.replicas", 1)
                .containsEntry("commit.interval.ms", 50);
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatThrownBy(() -> settings(Map.of(), 1, 0, Optional.empty())).hasMessageContaining("bootstrap.servers");
        assertThatThrownBy(() -> settings(CLIENT, 0, 0, Optional.empty())).hasMessageContaining("replication.factor");
        assertThatThrownBy(() -> settings(CLIENT, 1, -1, Optional.empty())).hasMessageContaining("standby");
        assertThatThrownBy(() ->
                        settings(CLIENT, 1, 0, Optional.of(InetSocketAddress.createUnresolved("no.such.host", 80))))
                .hasMessageContaining("http.listen names host 'no.such.host'");
    }

    private static TrackerSettings settings(
            Map<String, Object> client, int replicationFactor, int standby, Optional<InetSocketAddress> listen) {
        return new TrackerSettings(
                client,
                new TopicNames("rm"),
                Path.of("state"),
                OptionalInt.of(replicationFactor),
                standby,
                1000,
                listen);
    }
}
