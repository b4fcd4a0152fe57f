package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;

/** A ring's records by way of Avro's generic records: for a serializer of the user's, whose bytes are its own affair. */
final class MappedRingEncoder implements RingEncoder {
    private final String topic;
    private final Serializer<LogRecord> serializer;

    MappedRingEncoder(String topic, Serializer<LogRecord> serializer) {
        this.topic = topic;
        this.serializer = serializer;
    }

    @Override
    public byte[] encode(LogRecord record) {
        return serializer.serialize(topic, record);
    }

    @Override
    public byte[] write(
            long term, long epoch, long sequence, String volume, long offsetBytes, int crc32c, ByteBuffer data) {
        LogBody body = new LogBody.Write(volume, offsetBytes, data, crc32c);
        return encode(new LogRecord(Optional.empty(), term, epoch, sequence, body));
    }
}
