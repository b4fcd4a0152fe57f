package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.definition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrackerHttpTest {
    private static final TrackerHealth RUNNING = new TrackerHealth("RUNNING", true, true, "");
    private static final TrackerHealth STARTING = new TrackerHealth("REBALANCING", true, false, "it takes up its work");

    /** A tracker that knows the mirror "disk" and is as well as it is told. */
    private static final class KnownMirrors implements TrackerView {
        private TrackerHealth health = RUNNING;
        private final MirrorStatus disk = MirrorFold.redefined(definition(1, "a", "b"), Optional.empty());

        @Override
        public TrackerHealth health() {
            return health;
        }

        @Override
        public List<MirrorStatus> statuses() {
            if (!health.ready()) {
                throw new TrackerException("the tracker is not ready: " + health.reason());
            }
            return List.of(disk);
        }

        @Override
        public Optional<MirrorStatus> status(String mirror) {
            return statuses().stream()
                    .filter(status -> status.mirror().equals(mirror))
                    .findFirst();
        }

        @Override
        public long refused() {
            return 3;
        }
    }

    private final KnownMirrors tracker = new KnownMirrors();
    private volatile ToLongFunction<String> diskBytes = topic -> 0;
    private final RingDisk disk = new RingDisk(
            topics -> topics.stream().collect(Collectors.toMap(topic -> topic, topic -> diskBytes.applyAsLong(topic))),
            new TopicNames("p"),
            tracker::statuses,
            () -> {});
    private final TrackerHttp http =
            TrackerHttp.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tracker, disk);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void metricsSayOfEachReplicaWhichEpochItHolds() throws Exception {
        HttpResponse<String> metrics = client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + http.address().getPort() + "/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(metrics.body())
                .contains("ringmirror_ring_at_bound{mirror=\"disk\"} 0.0")
                .contains("ringmirror_replica_held_epoch{mirror=\"disk\",server=\"b\"} 0.0")
                .contains("ringmirror_mirror_verdict{mirror=\"disk\",ringmirror_mirror_verdict=\"waiting\"} 1\n");
    }

    @Test
    void metricsSayWhatTheRingTakesOnDiskOnceThatIsAllowed() throws Exception {
        diskBytes = topic -> {
            throw new ClusterAuthorizationException("Cluster authorization failed.");
        };
        disk.look();
        assertThat(get("/metrics").body()).doesNotContain("ringmirror_ring_disk_bytes{");

        diskBytes = topic -> 4096L;
        disk.look();
        assertThat(get("/metrics").body()).contains("ringmirror_ring_disk_bytes{mirror=\"disk\"} 4096.0");
    }

    @Test
    void metricsSayHowManyRecordsCountedForNothing() throws Exception {
        assertThat(get("/metrics").body()).contains("ringmirror_tracker_refused_records_total 3.0");
    }

    @Test
    void theStatusIsTheDocumentThatTheCommandLinePrints() throws Exception {
        HttpResponse<String> answer = get("/api/v1/status");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).isEqualTo(StatusJson.text(StatusJson.document(List.of(tracker.disk))) + "\n");
    }

    @Test
    void oneMirrorIsADocumentOfOne() throws Exception {
        HttpResponse<String> answer = get("/api/v1/status/disk");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/mirrors/0/mirror").textValue()).isEqualTo("disk");
    }

    @Test
    void aMirrorThatIsNotDefinedIsNotFound() throws Exception {
        HttpResponse<String> answer = get("/api/v1/status/tape");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).at("/error").textValue()).isEqualTo("no mirror 'tape' is defined");
    }

    @Test
    void anyOtherPathIsNotFound() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/statuses").statusCode()).isEqualTo(404);
    }

    @Test
    void aTrackerThatIsNotReadySaysWhyAndIsStillAlive() throws Exception {
        tracker.health = STARTING;

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(json(ready).at("/reason").textValue()).isEqualTo("it takes up its work");
        HttpResponse<String> status = get("/api/v1/status");
        assertThat(status.statusCode()).isEqualTo(503);
        assertThat(json(status).at("/error").textValue()).contains("it takes up its work");
    }

    @Test
    void aReadyTrackerSaysSo() throws Exception {
        HttpResponse<String> ready = get("/health/ready");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(json(ready).at("/state").textValue()).isEqualTo("RUNNING");
    }

    @Test
    void aHeadRequestHasNoBody() throws Exception {
        HttpResponse<String> answer = send(request("/health/ready").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void nothingCanBeChanged() throws Exception {
        HttpResponse<String> answer = send(request("/api/v1/status/disk").DELETE());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        InetSocketAddress address = http.address();
        return HttpRequest.newBuilder(
                URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        JsonNode json = new ObjectMapper().readTree(answer.body());
        assertThat(json.at("/version").intValue()).isEqualTo(1);
        return json;
    }
}
