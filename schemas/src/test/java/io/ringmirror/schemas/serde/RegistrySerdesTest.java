package io.ringmirror.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.avro.MirrorSchema;
import io.ringmirror.schemas.registry.RegistryException;
import io.ringmirror.testing.TestRegistry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.pulsar.kafka.shade.avro.generic.GenericRecord;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a real registry, with Confluent's genuine serializers as the other side. */
class RegistrySerdesTest {
    private static TestRegistry registry;

    private final String topic = "t-" + UUID.randomUUID();

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = TestRegistry.start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @ParameterizedTest
    @MethodSource("io.ringmirror.schemas.Samples#logRecords")
    void whatWeWriteConfluentReadsAndTheOtherWayRound(LogRecord record) {
        assertThat(crossed(ours().logRecords(), theirs().logRecords(), record)).isEqualTo(record);
        assertThat(crossed(theirs().logRecords(), ours().logRecords(), record)).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("io.ringmirror.schemas.Samples#events")
    void eventsCrossBothWays(Event event) {
        assertThat(crossed(ours().events(), theirs().events(), event)).isEqualTo(event);
        assertThat(crossed(theirs().events(), ours().events(), event)).isEqualTo(event);
    }

    @Test
    void definitionsStatusAndCommandsCrossBothWays() {
        assertThat(crossed(ours().definitions(), theirs().definitions(), Samples.definition()))
                .isEqualTo(Samples.definition());
        assertThat(crossed(theirs().statuses(), ours().statuses(), Samples.status()))
                .isEqualTo(Samples.status());
        Samples.commands()
                .forEach(command -> assertThat(crossed(ours().commands(), theirs().commands(), command))
                        .isEqualTo(command));
    }

    @Test
    void bothWriteTheSameBytes() {
        LogRecord write = Samples.write(4096);
        byte[] written = ours().logRecords().serializer().serialize(topic, write);
        assertThat(theirs().logRecords().serializer().serialize(topic, write)).isEqualTo(written);
        assertThat(ByteBuffer.wrap(written).get()).isZero();
    }

    @Test
    void confluentsDeserializerAloneGivesEveryFieldOfAWrite() {
        byte[] bytes = ours().logRecords().serializer().serialize(topic, Samples.write(3));
        try (KafkaAvroDeserializer alone = new KafkaAvroDeserializer()) {
            alone.configure(Map.of("schema.registry.url", registry.url()), false);
            GenericRecord record = (GenericRecord) alone.deserialize(topic, bytes);
            assertThat(record.get("mirrorId")).hasToString(Samples.MIRROR_ID.toString());
            assertThat(record.get("sequence")).isEqualTo(4L);
            GenericRecord body = (GenericRecord) record.get("body");
            assertThat(body.getSchema().getName()).isEqualTo("Write");
            assertThat(body.get("volume")).hasToString("disk");
            assertThat(body.get("data")).isEqualTo(ByteBuffer.wrap(new byte[] {93, 124, (byte) 155}));
        }
    }

    @Test
    void aWriterThatMayNotRegisterFindsWhatAnotherRegistered() {
        MirrorSerdes careful = serdes(Map.of(SerdeConfig.AUTO_REGISTER_SCHEMAS, "false"));
        assertThatThrownBy(() -> careful.definitions().serializer().serialize(topic, Samples.definition()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(topic + "-value")
                .hasMessageContaining(registry.url());
        byte[] first = ours().definitions().serializer().serialize(topic, Samples.definition());
        assertThat(careful.definitions().serializer().serialize(topic, Samples.definition()))
                .isEqualTo(first);
    }

    @Test
    void aRecordOfAnEarlierVersionIsReadByTheCurrentOne() {
        Schema earlier = MirrorSchema.COMMAND.versions().get(0);
        Command command = Samples.commands().findFirst().orElseThrow();
        GenericData.Record record = new GenericData.Record(earlier);
        record.put("mirrorId", command.mirrorId().toString());
        record.put("mirror", command.mirror());
        record.put("commandId", command.commandId().toString());
        Schema action = earlier.getField("action").schema();
        record.put("action", new GenericData.EnumSymbol(action, command.action().name()));
        byte[] bytes;
        try (RegistrySerializer old = new RegistrySerializer()) {
            old.configure(config(Map.of()), false);
            bytes = old.serialize(topic, record);
        }

        assertThat(earlier.getField("handedOver")).isNull();
        assertThat(ours().commands().deserializer().deserialize(topic, bytes)).isEqualTo(command);
        assertThat(theirs().commands().deserializer().deserialize(topic, bytes)).isEqualTo(command);
    }

    @Test
    void anUnknownIdNamesItAndTheRegistry() {
        byte[] bytes = {0, 0x7f, 0, 0, 1, 0, 0};
        assertThatThrownBy(() -> ours().logRecords().deserializer().deserialize(topic, bytes))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("schema id " + 0x7f000001)
                .hasMessageContaining(registry.url());
    }

    @Test
    void bytesWithoutTheMagicAreRefused() {
        assertThatThrownBy(() -> ours().logRecords().deserializer().deserialize(topic, new byte[] {1, 2, 3, 4, 5, 6}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("record.format");
        assertThatThrownBy(() -> ours().logRecords().deserializer().deserialize(topic, new byte[3]))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void aRegistryFormatWithoutAUrlIsRefusedByItsKey() {
        assertThatThrownBy(() -> MirrorSerdes.configured(Map.of("record.format", "schema-registry")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
        assertThatThrownBy(() -> serdes(Map.of("schema.registry.url", "ftp://somewhere")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ftp://somewhere");
        assertThatThrownBy(() -> serdes(Map.of("basic.auth.credentials.source", "USER_INFO")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("basic.auth.user.info");
        assertThatThrownBy(() -> serdes(Map.of("value.subject.name.strategy", "RecordNameStrategy")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("value.subject.name.strategy");
    }

    private <T> T crossed(Serde<T> writer, Serde<T> reader, T value) {
        return reader.deserializer().deserialize(topic, writer.serializer().serialize(topic, value));
    }

    private static MirrorSerdes ours() {
        return serdes(Map.of());
    }

    private static MirrorSerdes theirs() {
        return serdes(Map.of(
                SerdeConfig.RECORD_SERIALIZER, Confluent.Writer.class.getName(),
                SerdeConfig.RECORD_DESERIALIZER, Confluent.Reader.class.getName()));
    }

    private static MirrorSerdes serdes(Map<String, String> more) {
        return MirrorSerdes.configured(config(more));
    }

    private static Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new HashMap<>();
        config.put(SerdeConfig.RECORD_FORMAT, SerdeConfig.SCHEMA_REGISTRY);
        config.put(SerdeConfig.SCHEMA_REGISTRY_URL, registry.url());
        config.putAll(more);
        return config;
    }
}
