package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.Unreadable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Folds each definition and each event into its mirror's status, looks every second who is silent, and answers to
 * definitions, to facts, and to beats and silence where they are {@link News}; every ten seconds it says of all mirrors that it still holds. Called by the task's thread.
 *
 * <p>Of two definitions of one generation the first one stands. An event counts for nothing that cannot be read, is of a mirror that is not defined or of a replica that is not
 * registered: it is counted and passed over, as events may be lost and later ones repeat them. A definition that cannot be
 * read takes the one before away, so that nothing more is released of that mirror, and its status says so.
 */
final class TrackerProcessor extends ContextualProcessor<String, byte[], String, MirrorStatus> {
    static final Duration ROUND = Duration.ofSeconds(1);
    private static final long REPEATED_ROUNDS = Silence.REPEATED.dividedBy(ROUND);

    private final TopicNames topics;
    private final Deserializer<Definition> definitionReader;
    private final Deserializer<Event> eventReader;
    private final Progress progress;
    private LogClock clock;
    private Memory memory;
    private RefusedRecords refused;
    private Cancellable rounds;
    private long round;

    TrackerProcessor(TopicNames topics, MirrorSerdes serdes, Progress progress) {
        this.topics = topics;
        this.definitionReader = serdes.definitions().deserializer();
        this.eventReader = serdes.events().deserializer();
        this.progress = progress;
    }

    @Override
    public void init(ProcessorContext<String, MirrorStatus> context) {
        super.init(context);
        memory = Memory.of(context);
        clock = new LogClock(memory.latestMs(), ROUND);
        refused = new RefusedRecords(context, System::nanoTime);
        rounds = context.schedule(ROUND, PunctuationType.WALL_CLOCK_TIME, this::look);
        progress.taskBegins();
    }

    @Override
    public void process(Record<String, byte[]> told) {
        RecordMetadata place = context().recordMetadata().orElseThrow();
        clock.heard(told.timestamp());
        if (told.key() == null) {
            refused.addUnreadable(
                    "?", Unreadable.at(place.topic(), place.partition(), place.offset(), "it has no key"));
        } else if (place.topic().equals(topics.definitions())) {
            takeDefinition(told, place);
        } else {
            takeEvent(told, place);
        }
    }

    @Override
    public void close() {
        progress.taskEnds();
        rounds.cancel();
        refused.close();
    }

    private void takeDefinition(Record<String, byte[]> told, RecordMetadata place) {
        String mirror = told.key();
        if (told.value() == null) {
            memory.forget(mirror);
            context().forward(told.withValue(null));
            return;
        }
        Optional<Definition> definition = read(definitionReader, told, place, why -> distrust(told, why))
                .filter(read -> isUnderItsKey(read, told, place));
        Optional<Definition> known = memory.definition(mirror);
        definition.filter(next -> known.isEmpty() || next.replaces(known.get())).ifPresent(next -> {
            memory.define(mirror, next);
            tell(mirror, MirrorFold.redefined(next, memory.status(mirror), clock.nowMs()), told.timestamp());
        });
    }

    private void takeEvent(Record<String, byte[]> told, RecordMetadata place) {
        String mirror = told.key();
        if (told.value() == null) {
            refused.add(mirror, "it is empty");
            return;
        }
        Optional<Event> read = read(eventReader, told, place, why -> refused.addUnreadable(mirror, why));
        read.ifPresent(event -> {
            Optional<Definition> definition = memory.definition(mirror);
            Optional<String> refusal = definition
                    .map(known -> MirrorFold.refusal(known, event))
                    .orElseGet(() -> Optional.of("no mirror of this name is defined"));
            if (refusal.isPresent()) {
                refused.add(mirror, refusal.get());
            } else {
                MirrorStatus status =
                        MirrorFold.next(definition.orElseThrow(), memory.status(mirror), event, clock.nowMs());
                if (event.fact() instanceof Event.Fact.Beat) {
                    keep(mirror, status, told.timestamp());
                } else {
                    tell(mirror, status, told.timestamp());
                }
            }
        });
    }

    /** Who is silent, and how old is what they lack. */
    private void look(long wallMs) {
        progress.roundDone();
        clock.passed(wallMs);
        boolean repeats = ++round % REPEATED_ROUNDS == 0;
        for (String mirror : memory.mirrors()) {
            MirrorStatus known = memory.status(mirror).orElseThrow();
            MirrorStatus status = memory.definition(mirror)
                    .map(definition -> MirrorFold.later(definition, known, clock.nowMs()))
                    .orElseGet(() -> Blank.withoutDefinition(known, known.reason(), clock.nowMs()));
            if (repeats) {
                tell(mirror, status, wallMs);
            } else {
                keep(mirror, status, wallMs);
            }
        }
    }

    /** One of another mirror is no definition of this one. */
    private boolean isUnderItsKey(Definition read, Record<String, byte[]> told, RecordMetadata place) {
        if (read.mirror().equals(told.key())) {
            return true;
        }
        String why = "it is of mirror '" + read.mirror() + "'";
        distrust(told, Unreadable.at(place.topic(), place.partition(), place.offset(), why));
        return false;
    }

    /** Nothing counts for this mirror until a definition comes that can be read. */
    private void distrust(Record<String, byte[]> told, String why) {
        String mirror = told.key();
        refused.addUnreadable(mirror, why);
        memory.undefine(mirror);
        memory.status(mirror)
                .ifPresent(known -> tell(
                        mirror,
                        Blank.withoutDefinition(
                                known,
                                "its definition counts for nothing, and nothing is released: " + why,
                                clock.nowMs()),
                        told.timestamp()));
    }

    private void keep(String mirror, MirrorStatus status, long timeMs) {
        if (News.isWorthTelling(memory.told(mirror), status)) {
            tell(mirror, status, timeMs);
        } else {
            memory.keep(mirror, status);
        }
    }

    private void tell(String mirror, MirrorStatus status, long timeMs) {
        memory.tell(mirror, status);
        progress.told();
        context().forward(new Record<>(mirror, status, timeMs));
    }

    private static <T> Optional<T> read(
            Deserializer<T> reader, Record<String, byte[]> told, RecordMetadata place, Consumer<String> unreadable) {
        try {
            return Optional.of(reader.deserialize(place.topic(), told.value()));
        } catch (RuntimeException e) {
            if (Unreadable.mayBeReadLater(e)) {
                throw e;
            }
            unreadable.accept(Unreadable.at(place.topic(), place.partition(), place.offset(), e.getMessage()));
            return Optional.empty();
        }
    }
}
