package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Bytes of a ring to records: plain changes at once, with the data of a write a view of the bytes given, all others by way
 * of Avro's general reader. Any thread.
 */
final class LogRecordDeserializer implements Deserializer<LogRecord> {
    private final PlainChange plain = new PlainChange();
    private final SchemaHeader header;
    private final Deserializer<LogRecord> general;

    /**
     * Reads one format.
     *
     * @param header of the format
     * @param general reads everything in the format, and says what is wrong with what it cannot read
     */
    LogRecordDeserializer(SchemaHeader header, Deserializer<LogRecord> general) {
        this.header = header;
        this.general = general;
    }

    @Override
    public LogRecord deserialize(String topic, byte[] bytes) {
        LogRecord record = bytes == null ? null : plain(ByteBuffer.wrap(bytes));
        return record == null ? general.deserialize(topic, bytes) : record;
    }

    /** {@inheritDoc} A write's data keeps the memory behind {@code bytes}, which for a consumer is that of a whole fetch. */
    @Override
    public LogRecord deserialize(String topic, Headers headers, ByteBuffer bytes) {
        LogRecord record = bytes == null ? null : plain(bytes);
        return record == null ? general.deserialize(topic, headers, Utils.toNullableArray(bytes)) : record;
    }

    private LogRecord plain(ByteBuffer given) {
        ByteBuffer bytes = given.slice();
        int start = header.bodyStart(bytes, PlainChange.FINGERPRINT);
        return start == SchemaHeader.ANOTHER ? null : plain.read(bytes, start);
    }
}
