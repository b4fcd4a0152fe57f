package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.avro.MirrorSchema;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The Avro binary of one schema's records behind a prefix that names the schema. One instance per schema is kept by a
 * serializer or deserializer; any thread.
 */
final class AvroBody {
    private final byte[] prefix;
    private final long fingerprint;
    private final GenericDatumWriter<GenericRecord> writer;
    private final GenericDatumReader<GenericRecord> reader;

    /** Records of {@code schema}, read into the current version of the same schema. */
    AvroBody(Schema schema, byte[] prefix) {
        this.prefix = prefix.clone();
        this.fingerprint = MirrorSchema.fingerprint(schema);
        this.writer = new GenericDatumWriter<>(schema);
        this.reader = new GenericDatumReader<>(schema, MirrorSchema.readerOf(schema));
    }

    /** What names the schema; the caller leaves it as it is. */
    byte[] prefix() {
        return prefix;
    }

    /** The fingerprint of the schema that the records are written with. */
    long fingerprint() {
        return fingerprint;
    }

    /** The prefix and the record's binary, in an array of exactly their size. */
    byte[] encode(GenericRecord record) {
        try {
            ArrayEncoder counter = ArrayEncoder.counting(prefix.length);
            writer.write(record, counter);
            byte[] bytes = new byte[counter.position()];
            System.arraycopy(prefix, 0, bytes, 0, prefix.length);
            writer.write(record, ArrayEncoder.filling(bytes, prefix.length));
            return bytes;
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "a " + record.getSchema().getName() + " cannot be written in Avro: " + e.getMessage(), e);
        }
    }

    /** The record behind the prefix of {@code bytes}, which must end where the record does. */
    GenericRecord decode(byte[] bytes) {
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get().binaryDecoder(bytes, prefix.length, bytes.length - prefix.length, null);
            GenericRecord record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new AvroRuntimeException("bytes are left over after the record");
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "the " + bytes.length + " bytes are not a whole "
                            + reader.getSchema().getName() + " in Avro: " + e.getMessage(),
                    e);
        }
    }
}
