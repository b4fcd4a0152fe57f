package io.ringmirror.torture;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What the workload puts into a block, so that a block found anywhere tells which write it is. Stateless; any thread.
 *
 * <pre>
 *   8 bytes  magic
 *   4        number of the mirror
 *   8        number of the block
 *   8        serial of the write: one number for all blocks of one request, growing within a mirror
 *   ...      filling that follows from the serial
 *   4        CRC-32C of all before
 * </pre>
 */
final class BlockContent {
    static final int BLOCK_BYTES = 4096;

    /** The fingerprint of a block that reads as zeroes. */
    static final long ZEROES = 0;

    private static final long MAGIC = 0x524d544f52545552L;
    private static final int CRC_AT = BLOCK_BYTES - Integer.BYTES;
    private static final long ODD = 0x9e3779b97f4a7c15L;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(BLOCK_BYTES);

    private BlockContent() {}

    /** What a block says of itself. */
    record Stamp(int mirror, long block, long serial) {}

    /** Puts one block into the buffer. */
    static void put(Stamp stamp, ByteBuffer target) {
        int start = target.position();
        target.putLong(MAGIC).putInt(stamp.mirror()).putLong(stamp.block()).putLong(stamp.serial());
        long filling = stamp.serial() * ODD + stamp.block();
        while (target.position() < start + CRC_AT) {
            filling += ODD;
            target.putInt((int) (filling >>> 29));
        }
        target.putInt(crc(target.slice(start, CRC_AT)));
    }

    /** What the block says of itself; empty if it is no whole block of the workload. */
    static Optional<Stamp> read(ByteBuffer block) {
        int start = block.position();
        if (block.getLong(start) != MAGIC || block.getInt(start + CRC_AT) != crc(block.slice(start, CRC_AT))) {
            return Optional.empty();
        }
        return Optional.of(new Stamp(block.getInt(start + 8), block.getLong(start + 12), block.getLong(start + 20)));
    }

    /** Says for messages what is in a block. */
    static String describe(ByteBuffer block) {
        if (fingerprint(block) == ZEROES) {
            return "zeroes";
        }
        return read(block)
                .map(stamp -> "write " + stamp.serial() + " to block " + stamp.block() + " of mirror " + stamp.mirror())
                .orElse("garbage");
    }

    /** 64 bits that differ where blocks differ; {@link #ZEROES} for one of zeroes. */
    static long fingerprint(ByteBuffer block) {
        if (block.mismatch(EMPTY) == -1) {
            return ZEROES;
        }
        CRC32 other = new CRC32();
        other.update(block.duplicate());
        return (long) crc(block.duplicate()) << 32 | other.getValue() | 1;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
