package io.ringmirror.schemas.serde;

import java.nio.ByteBuffer;

/**
 * Reads Avro's binary encoding (Avro specification, "Binary Encoding") one value after the other. What does not fit is an
 * {@link IndexOutOfBoundsException} or {@link IllegalArgumentException}. Used by one thread for one record.
 */
final class Cursor {
    private final ByteBuffer bytes;
    private int at;

    /** Begins at an index of the buffer, whose own position is left as it is. */
    Cursor(ByteBuffer bytes, int start) {
        this.bytes = bytes;
        this.at = start;
    }

    boolean isAtEnd() {
        return at == bytes.limit();
    }

    int readInt() {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte next = bytes.get(at++);
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a number is longer than an int");
    }

    long readLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get(at++);
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a number is longer than a long");
    }

    /** Bytes, or text in UTF-8, behind their length: a view, not a copy. */
    ByteBuffer readBytes() {
        long length = readLong();
        if (length < 0 || length > bytes.limit() - at) {
            throw new IndexOutOfBoundsException(length + " bytes are more than there are");
        }
        ByteBuffer view = bytes.slice(at, (int) length);
        at += view.remaining();
        return view;
    }
}
