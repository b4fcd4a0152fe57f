package io.ringmirror.torture;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One request of the workload that changes whole blocks.
 *
 * @param serial its number in the mirror, growing
 * @param firstBlock the first block it covers
 * @param kind what it does
 * @param fingerprints what each block then holds
 * @param fua whether its answer must wait for what a flush waits for
 */
record Change(long serial, long firstBlock, Kind kind, List<Long> fingerprints, boolean fua) {
    /** What a request can do to blocks. */
    enum Kind {
        WRITE,
        WRITE_ZEROES,
        TRIM
    }

    Change {
        fingerprints = List.copyOf(fingerprints);
    }

    /** Writes the workload's content; the data is put into the buffer, up to its limit. */
    static Change write(int mirror, long serial, long firstBlock, ByteBuffer data, boolean fua) {
        int blocks = data.remaining() / BlockContent.BLOCK_BYTES;
        List<Long> fingerprints = new ArrayList<>(blocks);
        int start = data.position();
        for (int i = 0; i < blocks; i++) {
            BlockContent.put(new BlockContent.Stamp(mirror, firstBlock + i, serial), data);
            fingerprints.add(BlockContent.fingerprint(
                    data.slice(start + i * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES)));
        }
        data.position(start);
        return new Change(serial, firstBlock, Kind.WRITE, fingerprints, fua);
    }

    /** Leaves zeroes. */
    static Change zeroes(Kind kind, long serial, long firstBlock, int blocks, boolean fua) {
        return new Change(serial, firstBlock, kind, Collections.nCopies(blocks, BlockContent.ZEROES), fua);
    }

    int blocks() {
        return fingerprints.size();
    }

    /** In the volume that it is about. */
    long offsetBytes() {
        return TortureMirror.offsetBytes(firstBlock);
    }

    int lengthBytes() {
        return blocks() * BlockContent.BLOCK_BYTES;
    }
}
