package io.ringmirror.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/**
 * Avro's binary encoding into an array of exactly the right size: a first pass only counts, a second fills. Counting
 * costs the few small fields of a record; growing a stream would copy a write's data once more, and this copies it
 * once, from heap or direct memory alike. Used by one thread for one record.
 */
final class ArrayEncoder extends BinaryEncoder {
    private static final int LONGEST_NUMBER_BYTES = 10;

    private final byte[] scratch = new byte[LONGEST_NUMBER_BYTES];
    private final byte[] target;
    private int position;

    private ArrayEncoder(byte[] target, int position) {
        this.target = target;
        this.position = position;
    }

    /** Only counts the bytes that would be written, from {@code position} on. */
    static ArrayEncoder counting(int position) {
        return new ArrayEncoder(null, position);
    }

    /** Writes into {@code target} from {@code position} on. */
    static ArrayEncoder filling(byte[] target, int position) {
        return new ArrayEncoder(Objects.requireNonNull(target, "target"), position);
    }

    /** Where the next byte goes. */
    int position() {
        return position;
    }

    @Override
    public void writeBoolean(boolean value) {
        put(BinaryData.encodeBoolean(value, scratch, 0));
    }

    @Override
    public void writeInt(int value) {
        put(BinaryData.encodeInt(value, scratch, 0));
    }

    @Override
    public void writeLong(long value) {
        put(BinaryData.encodeLong(value, scratch, 0));
    }

    @Override
    public void writeFloat(float value) {
        put(BinaryData.encodeFloat(value, scratch, 0));
    }

    @Override
    public void writeDouble(double value) {
        put(BinaryData.encodeDouble(value, scratch, 0));
    }

    @Override
    public void writeFixed(byte[] bytes, int start, int length) {
        if (target != null) {
            System.arraycopy(bytes, start, target, position, length);
        }
        position = Math.addExact(position, length);
    }

    @Override
    public void writeFixed(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (target != null) {
            bytes.duplicate().get(target, position, length);
        }
        position = Math.addExact(position, length);
    }

    @Override
    protected void writeZero() {
        writeInt(0);
    }

    @Override
    public int bytesBuffered() {
        return 0;
    }

    @Override
    public void flush() {}

    private void put(int length) {
        writeFixed(scratch, 0, length);
    }
}
