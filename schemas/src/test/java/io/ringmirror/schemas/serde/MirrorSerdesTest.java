package io.ringmirror.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.avro.LogRecordMapping;
import io.ringmirror.schemas.avro.MirrorSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorSerdesTest {
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());

    @AfterEach
    void close() {
        serdes.close();
    }

    @ParameterizedTest
    @MethodSource("io.ringmirror.schemas.Samples#logRecords")
    void everyLogRecordComesBackAsItWas(LogRecord record) {
        assertThat(roundTrip(serdes.logRecords(), record)).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("io.ringmirror.schemas.Samples#events")
    void everyEventComesBackAsItWas(Event event) {
        assertThat(roundTrip(serdes.events(), event)).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("io.ringmirror.schemas.Samples#commands")
    void everyCommandComesBackAsItWas(Command command) {
        assertThat(roundTrip(serdes.commands(), command)).isEqualTo(command);
    }

    @Test
    void definitionAndStatusComeBackAsTheyWere() {
        assertThat(roundTrip(serdes.definitions(), Samples.definition())).isEqualTo(Samples.definition());
        assertThat(roundTrip(serdes.statuses(), Samples.status())).isEqualTo(Samples.status());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 1 << 20})
    void aWriteFromDirectMemoryGivesTheSameBytesAndIsLeftAsItIs(int dataBytes) {
        LogRecord heap = Samples.write(dataBytes);
        LogBody.Write write = (LogBody.Write) heap.body();
        ByteBuffer direct = ByteBuffer.allocateDirect(dataBytes + 5).position(5);
        direct.duplicate().put(write.data().duplicate());
        LogRecord copy =
                new LogRecord(heap.mirrorId(), 2, 3, 4, new LogBody.Write("disk", 8192, direct, Crc.of(direct)));

        assertThat(serialize(serdes.logRecords(), copy)).isEqualTo(serialize(serdes.logRecords(), heap));
        assertThat(direct.position()).isEqualTo(5);
        assertThat(write.data().position()).isEqualTo(3);
    }

    @Test
    void avrosOwnSingleObjectDecoderAndEncoderAgree() throws Exception {
        var schema = MirrorSchema.LOG_RECORD.current();
        byte[] bytes = serialize(serdes.logRecords(), Samples.write(100));
        GenericRecord read = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), schema).decode(bytes);
        assertThat(new LogRecordMapping().fromAvro(read)).isEqualTo(Samples.write(100));

        ByteBuffer encoded = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(read);
        assertThat(encoded).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void nullIsATombstoneBothWays() {
        assertThat(serialize(serdes.definitions(), null)).isNull();
        assertThat(serdes.definitions().deserializer().deserialize("t", null)).isNull();
    }

    @Test
    void anUnknownFingerprintNamesItAndSaysTheWriterIsNewer() {
        byte[] bytes = serialize(serdes.logRecords(), Samples.write(10));
        Arrays.fill(bytes, 2, 10, (byte) 0xAB);
        assertThatThrownBy(() -> serdes.logRecords().deserializer().deserialize("t", bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("abababababababab")
                .hasMessageContaining("newer");
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = serialize(serdes.logRecords(), Samples.write(10));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serdes.logRecords().deserializer().deserialize("t", cut))
                    .as("%d bytes", length)
                    .isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void bytesAfterTheRecordAreRefused() {
        byte[] bytes = serialize(serdes.logRecords(), Samples.write(10));
        assertThatThrownBy(() ->
                        serdes.logRecords().deserializer().deserialize("t", Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("left over");
    }

    @Test
    void aRecordOfAnotherTopicIsRefused() {
        byte[] bytes = serialize(serdes.definitions(), Samples.definition());
        assertThatThrownBy(() -> serdes.logRecords().deserializer().deserialize("t", bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("found a io.ringmirror.Definition where a io.ringmirror.LogRecord belongs");
    }

    @Test
    void aBodyThatOnlyANewerVersionKnowsIsRefused() {
        GenericRecord record = new LogRecordMapping().toAvro(Samples.record(new LogBody.EpochBegin()));
        record.put("body", null);
        assertThatThrownBy(() -> new LogRecordMapping().fromAvro(record))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("newer");
    }

    @Test
    void aValueOutOfRangeIsRefusedByName() {
        GenericRecord record = new LogRecordMapping().toAvro(Samples.record(new LogBody.EpochBegin()));
        record.put("term", 0L);
        assertThatThrownBy(() -> new LogRecordMapping().fromAvro(record))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("term is 0");
    }

    @Test
    void closingWhatAClientWasGivenLeavesTheOthersWorking() {
        serdes.logRecords().close();
        LogRecord beat = new LogRecord(Optional.empty(), 1, 1, 0, new LogBody.Beat());
        assertThat(roundTrip(serdes.logRecords(), beat)).isEqualTo(beat);
    }

    @Test
    void aWrongFormatOrClassIsRefusedByItsKey() {
        assertThatThrownBy(() -> MirrorSerdes.configured(Map.of("record.format", "json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("record.format")
                .hasMessageContaining("single-object");
        assertThatThrownBy(() -> MirrorSerdes.configured(Map.of("record.serializer", "no.such.Class")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("record.serializer")
                .hasMessageContaining("no.such.Class");
        assertThatThrownBy(() -> MirrorSerdes.configured(Map.of("record.deserializer", "java.lang.Object")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("record.deserializer");
    }

    private static <T> byte[] serialize(Serde<T> serde, T value) {
        return serde.serializer().serialize("t", value);
    }

    private static <T> T roundTrip(Serde<T> serde, T value) {
        return serde.deserializer().deserialize("t", serialize(serde, value));
    }
}
