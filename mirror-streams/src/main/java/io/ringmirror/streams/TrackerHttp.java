package io.ringmirror.streams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.ringmirror.schemas.MirrorStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tracker over HTTP, read-only: {@code /api/v1/status}, {@code /api/v1/status/MIRROR}, {@code /health/live},
 * {@code /health/ready}, {@code /metrics} in Prometheus' text format. A few threads of its own answer; when all are busy the one that accepts connections helps, so
 * that requests wait in the socket and not in memory.
 */
final class TrackerHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackerHttp.class);
    private static final String STATUS = "/api/v1/status";
    private static final int THREADS = 4;
    private static final int QUEUED_REQUESTS = 16;
    private static final int BACKLOG = 16;

    private static final String JSON = "application/json";
    private static final PrometheusTextFormatWriter METRICS =
            PrometheusTextFormatWriter.builder().build();

    private record Answer(int code, String type, String body) {
        static Answer json(int code, ObjectNode body) {
            return new Answer(code, JSON, StatusJson.text(body).concat("\n"));
        }
    }

    private final TrackerView tracker;
    private final RingDisk disk;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private TrackerHttp(TrackerView tracker, RingDisk disk, HttpServer server, ThreadPoolExecutor threads) {
        this.tracker = tracker;
        this.disk = disk;
        this.server = server;
        this.threads = threads;
    }

    /**
     * Answers when this returns.
     *
     * @param disk not started yet; closed with this
     * @throws TrackerException naming the address if it cannot be listened at
     */
    static TrackerHttp open(InetSocketAddress address, TrackerView tracker, RingDisk disk) {
        try {
            HttpServer server = HttpServer.create(address, BACKLOG);
            TrackerHttp http = new TrackerHttp(tracker, disk, server, pool());
            server.createContext("/", http::handle);
            server.setExecutor(http.threads);
            server.start();
            disk.start();
            return http;
        } catch (IOException e) {
            disk.close();
            throw new TrackerException(
                    "http.listen " + address.getHostString() + ":" + address.getPort() + " cannot be used: "
                            + e.getMessage() + "; choose another address or port",
                    e);
        }
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        disk.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            Answer answer = head || method.equals("GET")
                    ? answer(exchange.getRequestURI().getPath())
                    : error(HttpURLConnection.HTTP_BAD_METHOD, "method " + method + " is not allowed; use GET");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (answer.code() == HttpURLConnection.HTTP_BAD_METHOD) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            }
            exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String path) {
        try {
            return switch (path) {
                case "/health/live" -> health(TrackerHealth::live);
                case "/health/ready" -> health(TrackerHealth::ready);
                case STATUS -> Answer.json(HttpURLConnection.HTTP_OK, StatusJson.document(tracker.statuses()));
                case "/metrics" -> metrics();
                default ->
                    path.startsWith(STATUS + "/")
                            ? mirror(path.substring(STATUS.length() + 1))
                            : error(HttpURLConnection.HTTP_NOT_FOUND, "there is nothing at " + path);
            };
        } catch (TrackerException e) {
            return error(HttpURLConnection.HTTP_UNAVAILABLE, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("No answer for {}", path, e);
            return error(HttpURLConnection.HTTP_INTERNAL_ERROR, "the tracker failed to answer; its log says why");
        }
    }

    private Answer metrics() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            METRICS.write(body, StatusMetrics.of(tracker.statuses(), disk.bytes(), tracker.refused()));
        } catch (IOException e) {
            throw new UncheckedIOException("metrics could not be written to memory", e);
        }
        return new Answer(HttpURLConnection.HTTP_OK, METRICS.getContentType(), body.toString(StandardCharsets.UTF_8));
    }

    private Answer mirror(String name) {
        Optional<MirrorStatus> status = tracker.status(name);
        return status.map(found -> Answer.json(HttpURLConnection.HTTP_OK, StatusJson.document(List.of(found))))
                .orElseGet(() -> error(HttpURLConnection.HTTP_NOT_FOUND, "no mirror '" + name + "' is defined"));
    }

    private Answer health(Predicate<TrackerHealth> well) {
        TrackerHealth health = tracker.health();
        return Answer.json(
                well.test(health) ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE,
                StatusJson.versioned()
                        .put("state", health.state())
                        .put("live", health.live())
                        .put("ready", health.ready())
                        .put("reason", health.reason()));
    }

    private static Answer error(int code, String message) {
        return Answer.json(code, StatusJson.versioned().put("error", message));
    }

    private static ThreadPoolExecutor pool() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_REQUESTS),
                work -> {
                    Thread thread = new Thread(work, "tracker-http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
    }
}
