package io.ringmirror.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.testing.TestRegistry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What is laid out by hand is what Avro writes, byte for byte, in both formats; and what it reads. */
class RingEncoderPropertyTest {
    private static final String TOPIC = "ring-" + UUID.randomUUID();
    private static TestRegistry registry;
    private static MirrorSerdes registered;
    private static MirrorSerdes theirs;
    private static MirrorSerdes singleObject;

    @BeforeContainer
    static void start() throws Exception {
        registry = TestRegistry.start();
        registered = serdes(Map.of());
        theirs = serdes(Map.of(SerdeConfig.RECORD_SERIALIZER, Confluent.Writer.class.getName()));
        singleObject = MirrorSerdes.configured(Map.of());
    }

    @AfterContainer
    static void stop() {
        registry.close();
    }

    @Property(tries = 1000)
    void everyRecordHasAvrosBytesInSingleObjectEncoding(@ForAll("records") LogRecord record) {
        requireSame(record, singleObject);
    }

    @Property(tries = 500)
    void everyRecordHasAvrosBytesInTheRegistrysFormat(@ForAll("records") LogRecord record) {
        requireSame(record, registered);
    }

    @Property(tries = 50)
    void aSerializerOfTheUsersGetsEveryRecord(@ForAll("records") LogRecord record) {
        requireSame(record, theirs);
        assertThat(theirs.ringEncoder(TOPIC).encode(record))
                .isEqualTo(registered.ringEncoder(TOPIC).encode(record));
    }

    private static void requireSame(LogRecord record, MirrorSerdes serdes) {
        RingEncoder encoder = serdes.ringEncoder(TOPIC);
        byte[] generic = serdes.logRecords().serializer().serialize(TOPIC, record);

        assertThat(encoder.encode(record)).isEqualTo(generic);
        assertThat(serdes.logRecords().deserializer().deserialize(TOPIC, generic))
                .isEqualTo(record);
        if (record.body() instanceof LogBody.Write write && record.mirrorId().isEmpty()) {
            int position = write.data().position();
            int limit = write.data().limit();
            assertThat(encoder.write(
                            record.term(),
                            record.epoch(),
                            record.sequence(),
                            write.volume(),
                            write.offsetBytes(),
                            write.crc32c(),
                            write.data()))
                    .isEqualTo(generic);
            assertThat(write.data().position()).isEqualTo(position);
            assertThat(write.data().limit()).isEqualTo(limit);
        }
    }

    @Provide
    Arbitrary<LogRecord> records() {
        Arbitrary<Long> number = Arbitraries.longs().greaterOrEqual(1);
        return Combinators.combine(mirrorIds(), number, number, number, bodies())
                .as((id, term, epoch, sequence, body) -> new LogRecord(
                        body instanceof LogBody.Opening ? Optional.of(id.orElse(new UUID(1, 2))) : id,
                        term,
                        epoch,
                        sequence,
                        body));
    }

    /** Data records carry none, but they might. */
    private static Arbitrary<Optional<UUID>> mirrorIds() {
        return Arbitraries.frequency(Tuple.of(5, Optional.empty()), Tuple.of(1, Optional.of(new UUID(3, 4))));
    }

    private static Arbitrary<LogBody> bodies() {
        Arbitrary<Long> offset = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Long> length = Arbitraries.longs().greaterOrEqual(1);
        Arbitrary<Integer> crc = Arbitraries.integers();
        Arbitrary<Integer> log = Arbitraries.integers().greaterOrEqual(0);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        8, Combinators.combine(names(), offset, payloads(), crc).as(LogBody.Write::new)),
                Tuple.of(4, Combinators.combine(names(), offset, length, crc).as(LogBody.WriteZeroes::new)),
                Tuple.of(4, Combinators.combine(names(), offset, length, crc).as(LogBody.Discard::new)),
                Tuple.of(2, Combinators.combine(names(), length, crc).as(LogBody.Resize::new)),
                Tuple.of(1, names().map(name -> new LogBody.TermBegin(name, new UUID(5, 6)))),
                Tuple.of(
                        1,
                        Combinators.combine(offset, offset, Arbitraries.longs(), log, offset)
                                .as(LogBody.EpochEnd::new)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                new LogBody.EpochBegin(),
                                new LogBody.Beat(),
                                new LogBody.BaselineBegin(new UUID(7, 8)),
                                new LogBody.BaselineEnd(new UUID(9, 10)))));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(63)
                .filter(name -> !name.startsWith("-") && !name.endsWith("-"));
    }

    /** A part of a larger buffer, on the heap or off it; long enough for a length of three bytes. */
    private static Arbitrary<ByteBuffer> payloads() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 9000),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.of(true, false))
                .as((length, before, direct) -> {
                    int capacity = before + length + 3;
                    ByteBuffer data = direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
                    for (int i = 0; i < capacity; i++) {
                        data.put(i, (byte) (i * 31 + length));
                    }
                    return data.position(before).limit(before + length);
                });
    }

    private static MirrorSerdes serdes(Map<String, String> more) {
        Map<String, String> config = new HashMap<>();
        config.put(SerdeConfig.RECORD_FORMAT, SerdeConfig.SCHEMA_REGISTRY);
        config.put(SerdeConfig.SCHEMA_REGISTRY_URL, registry.url());
        config.putAll(more);
        return MirrorSerdes.configured(config);
    }
}
