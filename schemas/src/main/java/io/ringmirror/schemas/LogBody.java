package io.ringmirror.schemas;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;

/** What a record of the ring says; each kind is one branch of the {@code body} union of {@code LogRecord.avsc}. */
public sealed interface LogBody {

    /** A record that changes a volume: it takes the next sequence and its crc enters the epoch's digest. */
    sealed interface Data extends LogBody permits Write, WriteZeroes, Discard, Resize {
        /** The volume's name in its mirror. */
        String volume();

        /** CRC-32C (RFC 3720) of the change, as {@link Crc} computes it. */
        int crc32c();

        /** What it adds to its epoch's bytes: the length of a {@link Write}'s data, else 0. */
        default int payloadBytes() {
            return 0;
        }
    }

    /** A record that opens a term or an epoch and so carries the mirror's id. */
    sealed interface Opening extends LogBody permits TermBegin, EpochBegin {}

    /** A writer's reign begins; from here on records of lower terms are refused. */
    record TermBegin(String server, UUID replica) implements Opening {
        public TermBegin {
            Checks.name("server", server);
            Objects.requireNonNull(replica, "replica");
        }
    }

    /** The first record of an epoch. */
    record EpochBegin() implements Opening {}

    /** Bytes written; {@code data} is read from its position to its limit and never changed. */
    record Write(String volume, long offsetBytes, ByteBuffer data, int crc32c) implements Data {
        public Write {
            Checks.name("volume", volume);
            Checks.atLeast("offsetBytes", offsetBytes, 0);
            Checks.atLeast("data length", data.remaining(), 1);
        }

        @Override
        public int payloadBytes() {
            return data.remaining();
        }
    }

    /** A range that reads as zeroes from here on and stays allocated. */
    record WriteZeroes(String volume, long offsetBytes, long lengthBytes, int crc32c) implements Data {
        public WriteZeroes {
            Checks.name("volume", volume);
            Checks.atLeast("offsetBytes", offsetBytes, 0);
            Checks.atLeast("lengthBytes", lengthBytes, 1);
        }
    }

    /** A range that reads as zeroes from here on and gives its space back. */
    record Discard(String volume, long offsetBytes, long lengthBytes, int crc32c) implements Data {
        public Discard {
            Checks.name("volume", volume);
            Checks.atLeast("offsetBytes", offsetBytes, 0);
            Checks.atLeast("lengthBytes", lengthBytes, 1);
        }
    }

    /** The volume has a new size from here on. */
    record Resize(String volume, long sizeBytes, int crc32c) implements Data {
        public Resize {
            Checks.name("volume", volume);
            Checks.atLeast("sizeBytes", sizeBytes, 1);
        }
    }

    /**
     * The seal: the epoch is complete and the next one is found at {@code nextLog}, at {@code nextOffset} or after it
     * (Kafka puts transaction markers between records).
     *
     * @param records data records of the epoch
     * @param bytes payload bytes of the epoch: lengths of {@link Write} data
     * @param digest the epoch's {@link Digest} after its last data record
     */
    record EpochEnd(long records, long bytes, long digest, int nextLog, long nextOffset) implements LogBody {
        public EpochEnd {
            Checks.atLeast("records", records, 0);
            Checks.atLeast("bytes", bytes, 0);
            Checks.atLeast("nextLog", nextLog, 0);
            Checks.atLeast("nextOffset", nextOffset, 0);
        }
    }

    /** A copy of all live content for the named replica begins. */
    record BaselineBegin(UUID replica) implements LogBody {
        public BaselineBegin {
            Objects.requireNonNull(replica, "replica");
        }
    }

    /** The copy for the named replica is complete. */
    record BaselineEnd(UUID replica) implements LogBody {
        public BaselineEnd {
            Objects.requireNonNull(replica, "replica");
        }
    }

    /** Nothing was written for a while and the writer is alive. */
    record Beat() implements LogBody {}
}
