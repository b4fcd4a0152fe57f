package io.ringmirror.schemas.avro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The schema of each topic's values, with every version ever committed. A topic may hold records of all of them, so a
 * reader finds the writer's version here by its fingerprint. Immutable; any thread.
 */
// Avro's types carry no such annotation; nothing changes a schema once it is parsed, and the list is a copy.
@SuppressWarnings("ImmutableEnumChecker")
public enum MirrorSchema {
    LOG_RECORD("log-record"),
    EVENT("event"),
    DEFINITION("definition"),
    MIRROR_STATUS("mirror-status"),
    COMMAND("command");

    private static final Map<Long, Schema> BY_FINGERPRINT = byFingerprint();

    private final String file;
    private final Schema current;
    private final List<Schema> versions;

    MirrorSchema(String file) {
        this.file = file;
        this.current =
                load(file + ".avsc").orElseThrow(() -> new IllegalStateException(file + ".avsc is not on the path"));
        List<Schema> found = new ArrayList<>();
        for (Optional<Schema> next = history(1); next.isPresent(); next = history(found.size() + 1)) {
            found.add(next.get());
        }
        this.versions = List.copyOf(found);
    }

    /** The schema that this version writes and reads into. */
    public Schema current() {
        return current;
    }

    /** Every committed version, oldest first; the last one equals {@link #current()}. */
    public List<Schema> versions() {
        return versions;
    }

    /** The 64-bit Rabin fingerprint of the schema's parsing canonical form (Avro specification, "Schema Fingerprints"). */
    public static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    /** The committed schema, of any topic and version, with this fingerprint. */
    public static Optional<Schema> committed(long fingerprint) {
        return Optional.ofNullable(BY_FINGERPRINT.get(fingerprint));
    }

    /** The schema to read {@code writer}'s records into: the current one of its full name, else itself. */
    public static Schema readerOf(Schema writer) {
        return Arrays.stream(values())
                .map(MirrorSchema::current)
                .filter(schema -> schema.getFullName().equals(writer.getFullName()))
                .findFirst()
                .orElse(writer);
    }

    private Optional<Schema> history(int version) {
        return load("history/" + file + "/v" + version + ".avsc");
    }

    private static Optional<Schema> load(String resource) {
        try (InputStream in = MirrorSchema.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(new Schema.Parser().parse(in));
        } catch (IOException e) {
            throw new UncheckedIOException("schema " + resource + " cannot be read", e);
        }
    }

    private static Map<Long, Schema> byFingerprint() {
        Map<Long, Schema> found = new HashMap<>();
        for (MirrorSchema schema : values()) {
            schema.versions.forEach(version -> found.put(fingerprint(version), version));
            found.put(fingerprint(schema.current), schema.current);
        }
        return Map.copyOf(found);
    }
}
