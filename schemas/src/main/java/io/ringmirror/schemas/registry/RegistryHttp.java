package io.ringmirror.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The conversation with the registry: one request is tried at each URL in turn, for some rounds, until one answers. A
 * refusal (4xx) is an answer; an error of the server or of the network is not. Any thread; waits on the caller's.
 */
final class RegistryHttp {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int PAUSE_MS = 200;

    private final RegistrySettings settings;
    private final HttpClient client;
    private final JsonMapper json = new JsonMapper();

    RegistryHttp(RegistrySettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeout())
                .build();
    }

    /** What to ask; {@code about} names the subject or id in errors. */
    record Question(String method, String path, Optional<Map<String, String>> body, String about) {}

    JsonNode ask(Question question) {
        RegistryException last = null;
        for (int round = 0; round < settings.rounds(); round++) {
            pause(round);
            for (URI url : settings.urls()) {
                try {
                    return answer(question, url);
                } catch (NoAnswerException e) {
                    String shown = RegistrySettings.withoutUserInfo(url);
                    last = new RegistryException(
                            "schema registry at " + shown + " gave no answer about " + question.about() + ": "
                                    + e.getMessage(),
                            e);
                }
            }
        }
        throw last;
    }

    private JsonNode answer(Question question, URI url) throws NoAnswerException {
        HttpResponse<String> response = send(question, url);
        if (response.statusCode() >= 500 || response.statusCode() == 429) {
            throw new NoAnswerException("status " + response.statusCode(), null);
        }
        if (response.statusCode() >= 300) {
            throw new RegistryException(
                    "schema registry at " + RegistrySettings.withoutUserInfo(url) + " refused " + question.about()
                            + ": status " + response.statusCode() + ", " + refusal(response.body()),
                    response.statusCode() == 404);
        }
        return parse(response.body());
    }

    /** The registry's own words; a wrong URL may lead to somebody who speaks no JSON. */
    private String refusal(String content) {
        try {
            return parse(content).path("message").asText("no message");
        } catch (NoAnswerException e) {
            return e.getMessage();
        }
    }

    private HttpResponse<String> send(Question question, URI url) throws NoAnswerException {
        try {
            return client.send(request(question, url), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new NoAnswerException(
                    e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ", " + e.getMessage()), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private HttpRequest request(Question question, URI url) throws NoAnswerException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(RegistrySettings.withoutUserInfo(url).replaceAll("/+$", "") + question.path()))
                .timeout(settings.timeout())
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .method(question.method(), body(question));
        settings.userInfo()
                .or(() -> Optional.ofNullable(url.getUserInfo()))
                .ifPresent(user -> request.header("Authorization", "Basic " + base64(user)));
        return request.build();
    }

    private BodyPublisher body(Question question) throws NoAnswerException {
        if (question.body().isEmpty()) {
            return BodyPublishers.noBody();
        }
        try {
            return BodyPublishers.ofString(
                    json.writeValueAsString(question.body().get()));
        } catch (JsonProcessingException e) {
            throw new NoAnswerException("the question is not JSON", e);
        }
    }

    private JsonNode parse(String content) throws NoAnswerException {
        try {
            return json.readTree(content);
        } catch (JsonProcessingException e) {
            throw new NoAnswerException("the answer is not JSON", e);
        }
    }

    private static void pause(int round) {
        try {
            TimeUnit.MILLISECONDS.sleep((long) round * PAUSE_MS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** This URL gave no answer; another one or a later try may. */
    private static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswerException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
