package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;

/**
 * A ring's records in one of our own formats. Those that clients' writes cause are laid out by hand, in an array of
 * exactly their size, with one copy of the payload and no other object; all others go by way of Avro's generic records.
 * The bytes are the same either way:
 *
 * <pre>
 *   prefix  00           term  epoch  sequence  branch  volume  offsetBytes  crc32c       data         Write
 *   prefix  00           term  epoch  sequence  branch  volume  offsetBytes  lengthBytes  crc32c       WriteZeroes, Discard
 *           no mirrorId                         of body
 * </pre>
 *
 * <p>Numbers are {@link ZigZag}; volume and data begin with their length. The layout is that of {@code log-record.avsc}.
 * Immutable; any thread.
 */
final class DirectRingEncoder implements RingEncoder {
    private static final byte NO_MIRROR_ID = 0;
    private static final int WRITE = 3;
    private static final int WRITE_ZEROES = 4;
    private static final int DISCARD = 5;

    private final byte[] prefix;
    private final RingEncoder others;

    /**
     * Begins every record with the same bytes.
     *
     * @param prefix names the schema
     * @param others encodes what is not laid out here, with the same prefix
     */
    DirectRingEncoder(byte[] prefix, RingEncoder others) {
        this.prefix = prefix.clone();
        this.others = others;
    }

    @Override
    public byte[] encode(LogRecord record) {
        if (record.mirrorId().isPresent()) {
            return others.encode(record);
        } else if (record.body() instanceof LogBody.Write write) {
            return write(
                    record.term(),
                    record.epoch(),
                    record.sequence(),
                    write.volume(),
                    write.offsetBytes(),
                    write.crc32c(),
                    write.data());
        } else if (record.body() instanceof LogBody.WriteZeroes zeroes) {
            return range(record, WRITE_ZEROES, zeroes, zeroes.offsetBytes(), zeroes.lengthBytes());
        } else if (record.body() instanceof LogBody.Discard discard) {
            return range(record, DISCARD, discard, discard.offsetBytes(), discard.lengthBytes());
        }
        return others.encode(record);
    }

    @Override
    public byte[] write(
            long term, long epoch, long sequence, String volume, long offsetBytes, int crc32c, ByteBuffer data) {
        int dataBytes = data.remaining();
        int headBytes = headBytes(term, epoch, sequence, volume)
                + ZigZag.bytes(offsetBytes)
                + ZigZag.bytes(crc32c)
                + ZigZag.bytes(dataBytes);
        byte[] record = new byte[Math.addExact(headBytes, dataBytes)];
        int at = putHead(record, term, epoch, sequence, WRITE, volume);
        at = ZigZag.put(record, at, offsetBytes);
        at = ZigZag.put(record, at, crc32c);
        at = ZigZag.put(record, at, dataBytes);
        data.get(data.position(), record, at, dataBytes);
        return record;
    }

    private byte[] range(LogRecord from, int branch, LogBody.Data data, long offsetBytes, long lengthBytes) {
        byte[] record = new byte
                [headBytes(from.term(), from.epoch(), from.sequence(), data.volume())
                        + ZigZag.bytes(offsetBytes)
                        + ZigZag.bytes(lengthBytes)
                        + ZigZag.bytes(data.crc32c())];
        int at = putHead(record, from.term(), from.epoch(), from.sequence(), branch, data.volume());
        at = ZigZag.put(record, at, offsetBytes);
        at = ZigZag.put(record, at, lengthBytes);
        ZigZag.put(record, at, data.crc32c());
        return record;
    }

    private int headBytes(long term, long epoch, long sequence, String volume) {
        int numbers = ZigZag.bytes(term) + ZigZag.bytes(epoch) + ZigZag.bytes(sequence);
        return prefix.length + 1 + numbers + 1 + ZigZag.bytes(volume.length()) + volume.length();
    }

    private int putHead(byte[] record, long term, long epoch, long sequence, int branch, String volume) {
        System.arraycopy(prefix, 0, record, 0, prefix.length);
        int at = prefix.length;
        record[at++] = NO_MIRROR_ID;
        at = ZigZag.put(record, at, term);
        at = ZigZag.put(record, at, epoch);
        at = ZigZag.put(record, at, sequence);
        at = ZigZag.put(record, at, branch);
        return putName(record, at, volume);
    }

    /** Names are of ASCII, a byte for each letter. */
    private static int putName(byte[] record, int from, String name) {
        int at = ZigZag.put(record, from, name.length());
        for (int i = 0; i < name.length(); i++) {
            record[at++] = (byte) name.charAt(i);
        }
        return at;
    }
}
