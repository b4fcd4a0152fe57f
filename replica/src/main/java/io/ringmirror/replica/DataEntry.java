package io.ringmirror.replica;

/**
 * A data record of this mirror in its ring, as its own writer knows it when the log has it: what it changes is in the
 * cache already, and the {@link Chain} asks for no more than this.
 */
public interface DataEntry extends LogEntry {
    /** Checksum of the change. */
    int crc32c();

    /** What it adds to its epoch's bytes. */
    int payloadBytes();
}
