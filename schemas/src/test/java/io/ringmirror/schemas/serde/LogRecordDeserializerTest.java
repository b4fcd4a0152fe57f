package io.ringmirror.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.avro.LogRecordMapping;
import io.ringmirror.schemas.avro.MirrorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** The short way of reading a ring against Avro's general one: the same records from the same bytes, and the same refusals. */
class LogRecordDeserializerTest {
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private final SingleObjectDeserializer format = new SingleObjectDeserializer();
    private final Deserializer<LogRecord> general =
            new MappedDeserializer<>(new LogRecordMapping(), (topic, bytes) -> format.deserialize(topic, bytes));
    private final Deserializer<LogRecord> deserializer = new LogRecordDeserializer(format, general);
    private final PlainChange plain = new PlainChange();

    @Property
    void readsWhatTheGeneralReaderReads(@ForAll("records") LogRecord record) {
        byte[] bytes = bytes(record);
        assertThat(deserializer.deserialize("t", bytes)).isEqualTo(record).isEqualTo(general.deserialize("t", bytes));
        assertThat(deserializer.deserialize("t", new RecordHeaders(), within(bytes)))
                .isEqualTo(record);
    }

    @Property
    void refusesWhatTheGeneralReaderRefuses(
            @ForAll("records") LogRecord record, @ForAll @IntRange(max = 80) int at, @ForAll byte value) {
        byte[] garbled = bytes(record);
        garbled[at % garbled.length] = value;
        assertReadsAlike(garbled);
        assertReadsAlike(Arrays.copyOf(garbled, at % garbled.length));
        assertReadsAlike(Arrays.copyOf(garbled, garbled.length + 1));
    }

    @Property
    void refusesRubbishBehindAGoodHeader(@ForAll byte[] rubbish) {
        ByteBuffer bytes = ByteBuffer.allocate(SingleObject.HEADER_BYTES + rubbish.length)
                .put(SingleObject.header(MirrorSchema.LOG_RECORD.current()))
                .put(rubbish);
        assertReadsAlike(bytes.array());
    }

    /** If this fails the schema has a new version: teach {@link PlainChange} its bytes, or reading becomes slow. */
    @Example
    void theCurrentVersionIsReadTheShortWay() {
        for (LogBody body : new LogBody[] {
            Samples.write(10).body(),
            new LogBody.WriteZeroes("disk", 512, 1024, -5),
            new LogBody.Discard("disk", 4096, 1L << 40, 6)
        }) {
            LogRecord record = new LogRecord(Optional.empty(), 2, 3, 4, body);
            ByteBuffer bytes = ByteBuffer.wrap(bytes(record));
            int start = format.bodyStart(bytes, PlainChange.FINGERPRINT);
            assertThat(start).isEqualTo(SingleObject.HEADER_BYTES);
            assertThat(plain.read(bytes, start)).isEqualTo(record);
        }
    }

    @Example
    void theDataOfAWriteIsNotCopied() {
        byte[] bytes =
                bytes(new LogRecord(Optional.empty(), 2, 3, 4, Samples.write(10).body()));
        LogBody.Write write =
                (LogBody.Write) deserializer.deserialize("t", bytes).body();
        assertThat(write.data().array()).isSameAs(bytes);
    }

    private void assertReadsAlike(byte[] bytes) {
        Object wanted = outcome(() -> general.deserialize("t", bytes));
        assertThat(outcome(() -> deserializer.deserialize("t", bytes))).isEqualTo(wanted);
        assertThat(outcome(() -> deserializer.deserialize("t", new RecordHeaders(), within(bytes))))
                .isEqualTo(wanted);
    }

    /** The record, or what the refusal says; any other exception fails the test. */
    private static Object outcome(Supplier<LogRecord> reading) {
        try {
            return reading.get();
        } catch (SerializationException e) {
            return e.getMessage();
        }
    }

    /** The bytes in the middle of a larger buffer, whose byte order is somebody's choice. */
    private static ByteBuffer within(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 9).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(4).limit(4 + bytes.length);
        buffer.duplicate().put(bytes);
        return buffer;
    }

    private byte[] bytes(LogRecord record) {
        return serdes.logRecords().serializer().serialize("t", record);
    }

    @Provide
    Arbitrary<LogRecord> records() {
        Arbitrary<Long> numbers = Arbitraries.longs().greaterOrEqual(1);
        Arbitrary<LogRecord> changes =
                Combinators.combine(numbers, numbers, numbers, changes()).as(LogRecordDeserializerTest::change);
        return Arbitraries.oneOf(
                changes, changes, Arbitraries.of(Samples.logRecords().toList()));
    }

    private static LogRecord change(long term, long epoch, long sequence, LogBody body) {
        return new LogRecord(Optional.empty(), term, epoch, sequence, body);
    }

    private static Arbitrary<LogBody> changes() {
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(63);
        Arbitrary<Long> offsets = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Long> lengths = Arbitraries.longs().greaterOrEqual(1);
        Arbitrary<Integer> crcs = Arbitraries.integers();
        Arbitrary<byte[]> data =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(300);
        return Arbitraries.oneOf(
                Combinators.combine(names, offsets, data)
                        .as((name, offset, bytes) -> new LogBody.Write(
                                name, offset, ByteBuffer.wrap(bytes), Crc.of(ByteBuffer.wrap(bytes)))),
                Combinators.combine(names, offsets, lengths, crcs).as(LogBody.WriteZeroes::new),
                Combinators.combine(names, offsets, lengths, crcs).as(LogBody.Discard::new));
    }
}
