package io.ringmirror.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.Samples;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every schema reads, and is read by, every committed version of itself: what Schema Registry calls FULL_TRANSITIVE.
 * A schema is changed by committing its new text both as the current one and as the next version of its history.
 */
class SchemaEvolutionTest {
    @ParameterizedTest
    @EnumSource
    void theCurrentSchemaIsTheLastCommittedVersion(MirrorSchema schema) {
        List<Schema> versions = schema.versions();
        assertThat(versions).isNotEmpty();
        assertThat(versions.get(versions.size() - 1))
                .as("commit the changed %s as its next version too", schema)
                .isEqualTo(schema.current());
    }

    @ParameterizedTest
    @EnumSource
    void everyVersionIsCompatibleBothWaysWithAllBefore(MirrorSchema schema) {
        List<Schema> versions = schema.versions();
        for (int i = 0; i < versions.size(); i++) {
            Schema version = versions.get(i);
            List<Schema> before = versions.subList(0, i);
            assertThat(incompatible(version, before)).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field without default | {\"name\": \"term\" | {\"name\": \"more\", \"type\": \"long\"}, {\"name\": \"term\"",
                "a field gone | {\"name\": \"epoch\", \"type\": \"long\"}, | ``",
                "another type | {\"name\": \"epoch\", \"type\": \"long\"} | {\"name\": \"epoch\", \"type\": \"string\"}",
                "a wider type | {\"name\": \"nextLog\", \"type\": \"int\"} | {\"name\": \"nextLog\", \"type\": \"long\"}",
                "a branch more | {\"type\": \"record\", \"name\": \"Beat\" | {\"type\": \"record\", \"name\": \"More\","
                        + " \"namespace\": \"io.ringmirror.body\", \"fields\": []}, {\"type\": \"record\", \"name\": \"Beat\"",
            })
    void anIncompatibleChangeOfTheLogIsCaught(String change, String from, String to) {
        Schema changed = changed(MirrorSchema.LOG_RECORD, from, to);
        assertThat(incompatible(changed, MirrorSchema.LOG_RECORD.versions())).isNotEmpty();
    }

    @Test
    void anEnumWithoutDefaultThatGrowsIsCaught() {
        Schema noDefault = changed(MirrorSchema.COMMAND, ", \"default\": \"UNKNOWN\"", "");
        Schema grown = new Schema.Parser()
                .parse(noDefault.toString().replace("\"RESUME_FLUSH\"", "\"RESUME_FLUSH\",\"VERIFY\""));
        assertThat(incompatible(grown, List.of(noDefault))).isNotEmpty();
    }

    @Test
    void aBodyAddedAsANullableFieldIsCompatibleAndAnOlderReaderStopsAtIt() throws Exception {
        Schema newer = changed(
                MirrorSchema.LOG_RECORD,
                "{\"name\": \"body\"",
                "{\"name\": \"snapshot\", \"default\": null, \"type\": [\"null\", {\"type\": \"record\", \"name\":"
                        + " \"Snapshot\", \"fields\": []}]}, {\"name\": \"body\"");
        assertThat(incompatible(newer, MirrorSchema.LOG_RECORD.versions())).isEmpty();

        GenericRecord snapshot = new GenericData.Record(newer);
        GenericRecord known = new LogRecordMapping().toAvro(Samples.record(new LogBody.Beat()));
        known.getSchema().getFields().forEach(field -> snapshot.put(field.name(), known.get(field.name())));
        snapshot.put("body", null);
        snapshot.put(
                "snapshot",
                new GenericData.Record(
                        newer.getField("snapshot").schema().getTypes().get(1)));
        GenericRecord read = reread(snapshot, MirrorSchema.LOG_RECORD.current());
        assertThatThrownBy(() -> new LogRecordMapping().fromAvro(read))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("newer");
    }

    @Test
    void anActionAddedIsCompatibleAndAnOlderReaderStopsAtIt() throws Exception {
        Schema newer = changed(MirrorSchema.COMMAND, "\"RESUME_FLUSH\"", "\"RESUME_FLUSH\", \"VERIFY\"");
        assertThat(incompatible(newer, MirrorSchema.COMMAND.versions())).isEmpty();

        GenericRecord known =
                new CommandMapping().toAvro(Samples.commands().findFirst().orElseThrow());
        GenericRecord verify = new GenericData.Record(newer);
        known.getSchema().getFields().forEach(field -> verify.put(field.name(), known.get(field.name())));
        verify.put("action", new GenericData.EnumSymbol(newer.getField("action").schema(), "VERIFY"));
        GenericRecord read = reread(verify, MirrorSchema.COMMAND.current());
        assertThatThrownBy(() -> new CommandMapping().fromAvro(read))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("action is UNKNOWN")
                .hasMessageContaining("newer");
    }

    @Test
    void eventsAndStatusMeanTheSameByTheStateOfAReplica() {
        Schema inEvent = MirrorSchema.EVENT.current().getField("state").schema();
        Schema inStatus = MirrorSchema.MIRROR_STATUS
                .current()
                .getField("replicas")
                .schema()
                .getElementType()
                .getField("state")
                .schema();
        assertThat(inStatus).isEqualTo(inEvent);
    }

    /** What keeps the schema from reading one of the others, or one of them from reading it. */
    private static List<Incompatibility> incompatible(Schema schema, List<Schema> others) {
        return others.stream()
                .flatMap(other -> Stream.of(
                        SchemaCompatibility.checkReaderWriterCompatibility(schema, other),
                        SchemaCompatibility.checkReaderWriterCompatibility(other, schema)))
                .flatMap(pair -> pair.getResult().getIncompatibilities().stream())
                .toList();
    }

    private static Schema changed(MirrorSchema schema, String from, String to) {
        String text = text(schema.current());
        String looked = from.replace(" ", "");
        assertThat(text).contains(looked);
        return new Schema.Parser().parse(text.replaceFirst(Pattern.quote(looked), to));
    }

    /** The schema without its documentation or spaces. */
    private static String text(Schema schema) {
        return schema.toString().replaceAll(",\"doc\":\"[^\"]*\"", "");
    }

    private static GenericRecord reread(GenericRecord record, Schema reader) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        return new GenericDatumReader<GenericRecord>(record.getSchema(), reader)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }
}
