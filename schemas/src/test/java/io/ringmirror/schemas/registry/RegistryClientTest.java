package io.ringmirror.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.ringmirror.testing.TestRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegistryClientTest {
    private static final int ROUNDS = 2;
    private static final Schema ONE =
            SchemaBuilder.record("R").fields().requiredLong("a").endRecord();
    private static final Schema TWO = SchemaBuilder.record("R")
            .fields()
            .requiredLong("a")
            .optionalLong("b")
            .endRecord();
    private static final Schema APART =
            SchemaBuilder.record("R").fields().requiredString("a").endRecord();
    private static TestRegistry registry;

    private final String subject = "topic with spaces/" + UUID.randomUUID() + "-value";

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = TestRegistry.start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @Test
    void aRegisteredSchemaIsFoundByItsIdAndUnderItsSubject() {
        int id = client(registry.url()).register(subject, ONE);
        assertThat(client(registry.url()).register(subject, ONE)).isEqualTo(id);
        assertThat(client(registry.url()).idOf(subject, ONE)).isEqualTo(id);
        assertThat(client(registry.url()).schema(id)).isEqualTo(ONE);
        assertThat(client(registry.url()).latest(subject)).isEqualTo(new RegistryClient.Latest(id, 1, ONE));
    }

    @Test
    void theLevelOfTheSubjectDecidesWhatIsTaken() {
        RegistryClient client = client(registry.url());
        client.register(subject, ONE);
        client.setCompatibility(subject, "FULL_TRANSITIVE");
        assertThat(client.isCompatible(subject, TWO)).isTrue();
        assertThat(client.isCompatible(subject, APART)).isFalse();
        assertThatThrownBy(() -> client.register(subject, APART))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(subject)
                .hasMessageContaining("409");
        client.register(subject, TWO);
        assertThat(client.latest(subject).version()).isEqualTo(2);
    }

    @Test
    void whatIsUnknownIsNamed() {
        assertThatThrownBy(() -> client(registry.url()).schema(987_654))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("schema id 987654")
                .hasMessageContaining(registry.url());
        assertThatThrownBy(() -> client(registry.url()).latest(subject))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(subject);
    }

    @Test
    void aRegistryThatIsDownIsNamedAndTheNextOfTheListIsAsked() throws IOException {
        String nobody = "http://127.0.0.1:" + freePort();
        assertThatThrownBy(() -> client(nobody).register(subject, ONE))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(subject)
                .hasMessageContaining(nobody);
        assertThat(client(nobody, registry.url() + "/").register(subject, ONE)).isPositive();
    }

    @Test
    void whatIsKnownIsNotAskedForAgain() throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        try (Answering server = new Answering(200, "{\"id\":5,\"schema\":\"\\\"long\\\"\"}", asked)) {
            RegistryClient client = client(server.url());
            assertThat(client.register(subject, ONE)).isEqualTo(client.register(subject, ONE));
            assertThat(client.schema(5)).isEqualTo(client.schema(5));
            assertThat(asked).hasSize(2);
            client.register(subject, TWO);
            client.schema(6);
            assertThat(asked).hasSize(4);
        }
    }

    @Test
    void userAndPasswordGoInTheHeaderAndNeverIntoAnError() throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        try (Answering server = new Answering(401, "{\"error_code\":401,\"message\":\"go away\"}", asked)) {
            assertThatThrownBy(() ->
                            client(server.url().replace("//", "//me:secret@")).schema(1))
                    .hasMessageContaining("go away")
                    .hasMessageContaining(server.url())
                    .hasMessageNotContaining("secret");
            RegistrySettings explicit = new RegistrySettings(
                    List.of(URI.create(server.url())), Optional.of("me:secret"), Duration.ofSeconds(5), 1);
            assertThatThrownBy(() -> new RegistryClient(explicit).schema(1)).isInstanceOf(RegistryException.class);
            assertThat(asked).containsExactly("Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0");
        }
    }

    @Test
    void anAnswerThatIsNotWhatWasAskedForIsRefused() throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        try (Answering server = new Answering(200, "{\"schema\":\"{\\\"type\\\":\\\"no.such.Type\\\"}\"}", asked)) {
            assertThatThrownBy(() -> client(server.url()).schema(5)).hasMessageContaining("schema id 5");
            assertThatThrownBy(() -> client(server.url()).register(subject, ONE))
                    .hasMessageContaining(subject);
        }
    }

    @Test
    void anErrorOfTheServerIsTriedAgainForSomeRounds() throws IOException {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        try (Answering server = new Answering(503, "busy", asked)) {
            assertThatThrownBy(() -> client(server.url()).schema(5))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("status 503");
            assertThat(asked).hasSize(ROUNDS);
        }
    }

    /** A server that gives everybody the same answer and notes who asked: their Authorization header. */
    private static final class Answering implements AutoCloseable {
        private final HttpServer server;

        Answering(int status, String answer, List<String> asked) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            server.createContext("/", exchange -> {
                asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static RegistryClient client(String... urls) {
        return new RegistryClient(new RegistrySettings(
                Arrays.stream(urls).map(URI::create).toList(), Optional.empty(), Duration.ofSeconds(10), ROUNDS));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
