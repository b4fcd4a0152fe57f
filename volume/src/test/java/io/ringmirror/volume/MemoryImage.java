package io.ringmirror.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An image in memory that behaves as badly as a disk may: {@link #reopen} forgets what was not forced, and a failed force
 * drops what it was to make durable, so that forcing again without writing again loses it. Thread-safe.
 */
public final class MemoryImage implements VolumeImage {
    private static final int BLOCK_BYTES = 4096;

    /** What can be told to fail. */
    public enum Step {
        WRITE,
        WRITE_ZEROES,
        DISCARD,
        FORCE
    }

    private byte[] current;
    private byte[] durable;
    private final boolean[] unforced;
    private final boolean[] allocated;
    private final Map<Step, Integer> calls = new EnumMap<>(Step.class);
    private Step failing;
    private int callsUntilFailure;
    private int buffersWritten;

    public MemoryImage(int sizeBytes) {
        current = new byte[sizeBytes];
        durable = new byte[sizeBytes];
        unforced = new boolean[sizeBytes];
        allocated = new boolean[(sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES];
    }

    /** Makes the step fail once, after it was done well {@code callsBefore} more times; half of it is then done. */
    public synchronized void failOnce(Step step, int callsBefore) {
        failing = step;
        callsUntilFailure = callsBefore;
    }

    /** How often the step was begun. */
    public synchronized int calls(Step step) {
        return calls.getOrDefault(step, 0);
    }

    /** How many buffers the writes had together. */
    public synchronized int buffersWritten() {
        return buffersWritten;
    }

    /** The machine crashes and comes back: what was not forced is gone. */
    public synchronized void reopen() {
        current = durable.clone();
        Arrays.fill(unforced, false);
    }

    /** The machine crashes and comes back: of the bytes not forced some sectors, by chance, are there and others not. */
    public synchronized void reopenTorn(Random random) {
        for (int sector = 0; sector < current.length; sector += 512) {
            int end = Math.min(current.length, sector + 512);
            if (random.nextBoolean()) {
                System.arraycopy(current, sector, durable, sector, end - sector);
            }
        }
        reopen();
    }

    /** What a reader sees now. */
    public synchronized byte[] content() {
        return current.clone();
    }

    @Override
    public synchronized long sizeBytes() {
        return current.length;
    }

    @Override
    public synchronized void read(long offsetBytes, ByteBuffer target) {
        check(offsetBytes, target.remaining());
        target.put(current, (int) offsetBytes, target.remaining());
    }

    @Override
    public synchronized void write(long offsetBytes, ByteBuffer... data) throws IOException {
        long total = Arrays.stream(data).mapToLong(ByteBuffer::remaining).sum();
        check(offsetBytes, total);
        boolean fails = begin(Step.WRITE);
        buffersWritten += data.length;
        int at = (int) offsetBytes;
        for (ByteBuffer buffer : data) {
            int length = fails ? buffer.remaining() / 2 : buffer.remaining();
            buffer.get(current, at, length);
            changed(at, at + length, true);
            at += length;
            failIf(fails, Step.WRITE);
        }
    }

    @Override
    public synchronized void writeZeroes(long offsetBytes, long lengthBytes) throws IOException {
        zero(Step.WRITE_ZEROES, offsetBytes, lengthBytes);
    }

    @Override
    public synchronized void discard(long offsetBytes, long lengthBytes) throws IOException {
        zero(Step.DISCARD, offsetBytes, lengthBytes);
    }

    @Override
    public synchronized void force() throws IOException {
        boolean fails = begin(Step.FORCE);
        for (int at = 0; at < current.length; at++) {
            if (unforced[at] && !fails) {
                durable[at] = current[at];
            }
            unforced[at] = false;
        }
        failIf(fails, Step.FORCE);
    }

    @Override
    public synchronized List<Extent> extents(long offsetBytes, long lengthBytes) {
        check(offsetBytes, lengthBytes);
        List<Extent> extents = new ArrayList<>();
        long end = offsetBytes + lengthBytes;
        for (long at = offsetBytes; at < end; ) {
            int block = (int) (at / BLOCK_BYTES);
            long next = Math.min(end, (block + 1L) * BLOCK_BYTES);
            OverlayExtents.append(extents, at, next, !allocated[block]);
            at = next;
        }
        return extents;
    }

    @Override
    public synchronized long allocatedBytes() {
        long bytes = 0;
        for (boolean block : allocated) {
            bytes += block ? BLOCK_BYTES : 0;
        }
        return bytes;
    }

    @Override
    public void close() {}

    private void zero(Step step, long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        boolean fails = begin(step);
        int start = (int) offsetBytes;
        int end = (int) (offsetBytes + (fails ? lengthBytes / 2 : lengthBytes));
        Arrays.fill(current, start, end, (byte) 0);
        changed(start, end, step == Step.WRITE_ZEROES);
        failIf(fails, step);
    }

    /** Notes a change; zeroes that keep no space free the whole blocks among them. */
    private void changed(int start, int end, boolean takesSpace) {
        Arrays.fill(unforced, start, end, true);
        for (int block = start / BLOCK_BYTES; block * BLOCK_BYTES < end; block++) {
            int blockEnd = Math.min(current.length, (block + 1) * BLOCK_BYTES);
            if (takesSpace) {
                allocated[block] = true;
            } else if (start <= block * BLOCK_BYTES && blockEnd <= end) {
                allocated[block] = false;
            }
        }
    }

    private boolean begin(Step step) {
        calls.merge(step, 1, Integer::sum);
        if (failing != step || callsUntilFailure-- > 0) {
            return false;
        }
        failing = null;
        return true;
    }

    private static void failIf(boolean fails, Step step) throws IOException {
        if (fails) {
            throw new IOException("told to fail: " + step);
        }
    }

    private void check(long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > current.length - lengthBytes) {
            throw new IllegalArgumentException(
                    lengthBytes + " bytes at " + offsetBytes + " are not within " + current.length);
        }
    }
}
