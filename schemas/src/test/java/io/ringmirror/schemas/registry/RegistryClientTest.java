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
    void whatIsKnownIsNotAskedForAgain() throws Exception {
        RegistryClient client;
        int id;
        try (TestRegistry brief = TestRegistry.start()) {
            client = client(brief.url());
            id = client.register(subject, ONE);
            client.schema(id);
        }
        assertThat(client.register(subject, ONE)).isEqualTo(id);
        assertThat(client.schema(id)).isEqualTo(ONE);
        assertThatThrownBy(() -> client.schema(id + 1)).isInstanceOf(RegistryException.class);
    }

    @Test
    void userAndPasswordGoInTheHeaderAndNeverIntoAnError() throws IOException {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] no = "{\"error_code\":401,\"message\":\"go away\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, no.length);
            exchange.getResponseBody().write(no);
            exchange.close();
        });
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();
            assertThatThrownBy(() -> client("http://me:secret@" + address).schema(1))
                    .hasMessageContaining("go away")
                    .hasMessageContaining(address)
                    .hasMessageNotContaining("secret");
            RegistrySettings explicit = new RegistrySettings(
                    List.of(URI.create("http://" + address)), Optional.of("me:secret"), Duration.ofSeconds(5), 1);
            assertThatThrownBy(() -> new RegistryClient(explicit).schema(1)).isInstanceOf(RegistryException.class);
            assertThat(seen).containsExactly("Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anAnswerThatIsNoSchemaIsRefused() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] other = "{\"schema\":\"{\\\"type\\\":\\\"no.such.Type\\\"}\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThatThrownBy(() -> client(url).schema(5)).hasMessageContaining("schema id 5");
            assertThatThrownBy(() -> client(url).register(subject, ONE)).hasMessageContaining(subject);
        } finally {
            server.stop(0);
        }
    }

    private static RegistryClient client(String... urls) {
        return new RegistryClient(new RegistrySettings(
                Arrays.stream(urls).map(URI::create).toList(), Optional.empty(), Duration.ofSeconds(10), 2));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
