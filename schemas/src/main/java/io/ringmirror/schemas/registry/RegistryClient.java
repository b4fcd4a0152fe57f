package io.ringmirror.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringmirror.schemas.registry.RegistryHttp.Question;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Registers Avro schemas and looks them up by the registry's REST API (Confluent Schema Registry API reference, v1).
 * Ids and schemas are kept once known. Any thread; a call that is not answered from memory waits on the caller's for
 * at most {@code rounds * urls * timeout} and then throws {@link RegistryException}, as it does on a refusal.
 */
public final class RegistryClient {
    private final RegistryHttp http;
    private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();
    private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();

    /** Opens no connection. */
    public RegistryClient(RegistrySettings settings) {
        this.http = new RegistryHttp(settings);
    }

    /** A schema under its subject. */
    private record Registration(String subject, Schema schema) {}

    /** The latest version under a subject. */
    public record Latest(int id, int version, Schema schema) {}

    /** Registers the schema under the subject, or finds it registered; its id. */
    public int register(String subject, Schema schema) {
        return id("/subjects/" + encoded(subject) + "/versions", new Registration(subject, schema));
    }

    /** The id of a schema that somebody else registered under the subject. */
    public int idOf(String subject, Schema schema) {
        return id("/subjects/" + encoded(subject), new Registration(subject, schema));
    }

    /** The schema with this id. */
    public Schema schema(int id) {
        Schema known = byId.get(id);
        if (known != null) {
            return known;
        }
        String about = "schema id " + id;
        Schema found = parsed(http.ask(new Question("GET", "/schemas/ids/" + id, Optional.empty(), about)), about);
        byId.put(id, found);
        return found;
    }

    /** What was registered last under the subject. */
    public Latest latest(String subject) {
        String about = "subject " + subject;
        JsonNode answer = http.ask(
                new Question("GET", "/subjects/" + encoded(subject) + "/versions/latest", Optional.empty(), about));
        return new Latest(number(answer, "id", about), number(answer, "version", about), parsed(answer, about));
    }

    /** Whether the registry would take the schema as the subject's next version, by the level that the subject has. */
    public boolean isCompatible(String subject, Schema schema) {
        String about = "the compatibility of subject " + subject;
        JsonNode answer = http.ask(new Question(
                "POST",
                "/compatibility/subjects/" + encoded(subject) + "/versions/latest",
                Optional.of(Map.of("schema", schema.toString())),
                about));
        if (!answer.path("is_compatible").isBoolean()) {
            throw unexpected(about, answer);
        }
        return answer.path("is_compatible").asBoolean();
    }

    /** From here on the registry takes only versions of the subject that are compatible at this level. */
    public void setCompatibility(String subject, String level) {
        http.ask(new Question(
                "PUT",
                "/config/" + encoded(subject),
                Optional.of(Map.of("compatibility", level)),
                "the compatibility of subject " + subject));
    }

    private int id(String path, Registration registration) {
        Integer known = ids.get(registration);
        if (known != null) {
            return known;
        }
        String about = "subject " + registration.subject();
        JsonNode answer = http.ask(new Question(
                "POST", path, Optional.of(Map.of("schema", registration.schema().toString())), about));
        int id = number(answer, "id", about);
        ids.put(registration, id);
        return id;
    }

    private static int number(JsonNode answer, String field, String about) {
        if (!answer.path(field).isInt()) {
            throw unexpected(about, answer);
        }
        return answer.path(field).intValue();
    }

    private static Schema parsed(JsonNode answer, String about) {
        if (!answer.path("schema").isTextual()) {
            throw unexpected(about, answer);
        }
        try {
            return new Schema.Parser().parse(answer.path("schema").textValue());
        } catch (SchemaParseException e) {
            throw new RegistryException(
                    "the registry's answer about " + about + " is no Avro schema that stands alone", e);
        }
    }

    private static RegistryException unexpected(String about, JsonNode answer) {
        return new RegistryException("the registry's answer about " + about + " is not what was asked for: " + answer);
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
