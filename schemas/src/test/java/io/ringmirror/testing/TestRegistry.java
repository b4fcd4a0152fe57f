package io.ringmirror.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * A real schema registry as a process on a free loopback port, its content in memory; closed with the test. The build
 * of the module schemas unpacks it into {@code schemas/target/test-registry}, where it is found from the working
 * directory of any module: build schemas with its tests, or {@code -am}, before.
 */
public final class TestRegistry implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final int port;

    private TestRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** One that answers when this returns. */
    public static TestRegistry start() throws IOException, InterruptedException {
        Path runner = runner();
        int port = freePort();
        Path output = Files.createTempFile("test-registry-", ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        runner.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        TestRegistry registry = new TestRegistry(process, port);
        registry.awaitAnswer(output);
        return registry;
    }

    /** The base URL of the API that Confluent's clients speak. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitAnswer(Path output) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest question = HttpRequest.newBuilder(URI.create(url() + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(client, question)) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException("the test registry did not start; its output is in " + output);
            }
        }
    }

    private static boolean answers(HttpClient client, HttpRequest question) throws InterruptedException {
        try {
            return client.send(question, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path runner() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path home = at.resolve("schemas/target/test-registry");
            if (Files.isDirectory(home)) {
                return runnerIn(home);
            }
        }
        throw new IllegalStateException("schemas/target/test-registry is not there; build the module schemas first");
    }

    private static Path runnerIn(Path home) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(home, "*-runner.jar")) {
            Iterator<Path> jars = found.iterator();
            if (!jars.hasNext()) {
                throw new IllegalStateException(home + " holds no *-runner.jar; delete it and build schemas again");
            }
            return jars.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
