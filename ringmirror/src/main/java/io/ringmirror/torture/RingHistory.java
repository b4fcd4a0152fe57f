package io.ringmirror.torture;

import java.time.Duration;
import java.util.Arrays;

/**
 * What every block of a mirror's volume held after each sequence, as the ring says: the measure for replicas. One
 * thread adds to it in the order of the sequence; any thread asks.
 */
final class RingHistory {
    private final BlockHistory[] blocks;
    private long sequence;

    RingHistory(int blocks) {
        this.blocks = new BlockHistory[blocks];
        for (int i = 0; i < blocks; i++) {
            this.blocks[i] = new BlockHistory();
        }
    }

    int blocks() {
        return blocks.length;
    }

    /** The record with the next sequence left these fingerprints, from a block on. */
    synchronized void add(long next, long firstBlock, long[] fingerprints) {
        if (next != sequence + 1) {
            throw new IllegalArgumentException("sequence " + next + " does not follow " + sequence);
        }
        for (int i = 0; i < fingerprints.length; i++) {
            blocks[Math.toIntExact(firstBlock + i)].add(next, fingerprints[i]);
        }
        sequence = next;
        notifyAll();
    }

    /** The last sequence added. */
    synchronized long sequence() {
        return sequence;
    }

    /** Waits until a sequence was added; false if it was not in time. */
    synchronized boolean await(long wanted, Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (sequence < wanted) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    /** Whether a block that was flushed up to {@code from} may hold this while a flush to {@code to} is unfinished. */
    synchronized boolean mayHold(int block, long from, long to, long fingerprint) {
        return blocks[block].heldBetween(from, to, fingerprint);
    }

    /** Nobody will ask about a sequence below this one. */
    synchronized void forgetBelow(long oldest) {
        for (BlockHistory block : blocks) {
            block.forgetBelow(oldest);
        }
    }

    /** One block: pairs of sequence and fingerprint, in order; before the first it was zeroes. */
    private static final class BlockHistory {
        private static final long[] NONE = {};

        private long[] pairs = NONE;
        private int used;
        private long before = BlockContent.ZEROES;

        void add(long sequence, long fingerprint) {
            if (used == pairs.length) {
                pairs = Arrays.copyOf(pairs, Math.max(8, used * 2));
            }
            pairs[used++] = sequence;
            pairs[used++] = fingerprint;
        }

        boolean heldBetween(long from, long to, long fingerprint) {
            long held = before;
            int i = 0;
            for (; i < used && pairs[i] <= from; i += 2) {
                held = pairs[i + 1];
            }
            boolean found = held == fingerprint;
            for (; i < used && pairs[i] <= to; i += 2) {
                found |= pairs[i + 1] == fingerprint;
            }
            return found;
        }

        void forgetBelow(long oldest) {
            int drop = 0;
            for (; drop < used && pairs[drop] <= oldest; drop += 2) {
                before = pairs[drop + 1];
            }
            if (drop > 0) {
                pairs = Arrays.copyOfRange(pairs, drop, used);
                used = pairs.length;
            }
        }
    }
}
