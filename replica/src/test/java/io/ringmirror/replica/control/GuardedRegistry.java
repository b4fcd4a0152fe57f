package io.ringmirror.replica.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes questions on to a real registry, or answers that it cannot at the moment. */
public final class GuardedRegistry implements AutoCloseable {
    private static final int UNAVAILABLE = 503;

    private final String registry;
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean refusing;

    /** @param registry base URL of its API */
    public GuardedRegistry(String registry) throws IOException {
        this.registry = registry;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void refuse(boolean all) {
        refusing = all;
    }

    /** How many questions it did not answer. */
    public int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (refusing) {
                refused.incrementAndGet();
                exchange.sendResponseHeaders(UNAVAILABLE, -1);
                return;
            }
            HttpRequest question = HttpRequest.newBuilder(
                            URI.create(registry + exchange.getRequestURI().toString()))
                    .build();
            HttpResponse<byte[]> answer = client.send(question, HttpResponse.BodyHandlers.ofByteArray());
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
