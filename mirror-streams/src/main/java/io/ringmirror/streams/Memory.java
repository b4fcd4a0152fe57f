package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a tracker remembers of each mirror: its definition, the status it told last, and the one it knows now. The first two
 * outlive it in their changelogs; the last is as the told one but for figures, which servers state again in a moment, and
 * so costs no record. The task's thread.
 */
final class Memory {
    private final KeyValueStore<String, Definition> definitions;
    private final KeyValueStore<String, MirrorStatus> told;
    private final Map<String, MirrorStatus> now = new HashMap<>();

    private Memory(KeyValueStore<String, Definition> definitions, KeyValueStore<String, MirrorStatus> told) {
        this.definitions = definitions;
        this.told = told;
    }

    static Memory of(ProcessorContext<?, ?> context) {
        return new Memory(
                context.getStateStore(TrackerTopology.DEFINITIONS_STORE),
                context.getStateStore(TrackerTopology.STATUSES_STORE));
    }

    Optional<Definition> definition(String mirror) {
        return Optional.ofNullable(definitions.get(mirror));
    }

    void define(String mirror, Definition definition) {
        definitions.put(mirror, definition);
    }

    /** Its status stays, for those who ask what became of it. */
    void undefine(String mirror) {
        definitions.put(mirror, null);
    }

    void forget(String mirror) {
        definitions.put(mirror, null);
        told.put(mirror, null);
        now.remove(mirror);
    }

    /** As known now. */
    Optional<MirrorStatus> status(String mirror) {
        return Optional.ofNullable(now.get(mirror)).or(() -> told(mirror));
    }

    /** As told last. */
    Optional<MirrorStatus> told(String mirror) {
        return Optional.ofNullable(told.get(mirror));
    }

    /** The mirrors that have a status. */
    List<String> mirrors() {
        return all().stream().map(entry -> entry.key).toList();
    }

    /** The latest that anything is known from, by the log's clock; 0 if nothing is. */
    long latestMs() {
        return all().stream()
                .flatMapToLong(entry -> LongStream.concat(
                        LongStream.of(entry.value.toldMs()),
                        entry.value.replicas().stream().mapToLong(ReplicaStatus::heardMs)))
                .max()
                .orElse(0);
    }

    void keep(String mirror, MirrorStatus status) {
        now.put(mirror, status);
    }

    void tell(String mirror, MirrorStatus status) {
        told.put(mirror, status);
        now.put(mirror, status);
    }

    private List<KeyValue<String, MirrorStatus>> all() {
        List<KeyValue<String, MirrorStatus>> all = new ArrayList<>();
        try (KeyValueIterator<String, MirrorStatus> entries = told.all()) {
            entries.forEachRemaining(all::add);
        }
        return all;
    }
}
