package io.ringmirror.producer.nbd;

import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.DeviceException;
import io.ringmirror.volume.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A block device in an array. Requests take effect and complete through an executor, so that a test decides on which
 * threads and in which order; while it holds, completions are kept until they are let go one by one. It remembers its
 * calls as text.
 */
final class MemoryDevice implements BlockDevice {
    private static final int BLOCK_BYTES = 4096;

    private final String name;
    private final byte[] content;
    private final boolean readOnly;
    private final Executor executor;
    private final BitSet allocated = new BitSet();
    private final List<String> calls = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private volatile int maxRequestBytes = Protocol.MAX_PAYLOAD_BYTES;
    private boolean holding;
    private DeviceException failure;

    MemoryDevice(String name, int sizeBytes) {
        this(name, sizeBytes, false, Runnable::run);
    }

    MemoryDevice(String name, int sizeBytes, boolean readOnly, Executor executor) {
        this.name = name;
        this.content = new byte[sizeBytes];
        this.readOnly = readOnly;
        this.executor = executor;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public int maxRequestBytes() {
        return maxRequestBytes;
    }

    /** Takes no longer requests from here on. */
    void takeAtMost(int requestBytes) {
        maxRequestBytes = requestBytes;
    }

    /** Keeps the completions from here on. */
    synchronized void hold() {
        holding = true;
    }

    /** Lets the held completion of that index go; those behind it move up. */
    void letGo(int index) {
        Runnable completion;
        synchronized (this) {
            completion = held.remove(index);
        }
        completion.run();
    }

    /** Lets all held completions go and holds no more. */
    void letAllGo() {
        List<Runnable> completions;
        synchronized (this) {
            holding = false;
            completions = List.copyOf(held);
            held.clear();
        }
        completions.forEach(Runnable::run);
    }

    /** All requests from here on fail; null ends that. */
    synchronized void failWith(DeviceException exception) {
        failure = exception;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized byte[] content() {
        return content.clone();
    }

    synchronized void fill(byte[] bytes) {
        System.arraycopy(bytes, 0, content, 0, bytes.length);
        allocated.set(0, (bytes.length + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    @Override
    public void read(long offsetBytes, ByteBuffer target, Completion completion) {
        int lengthBytes = target.remaining();
        submit(
                "read " + offsetBytes + "+" + lengthBytes,
                completion,
                () -> target.put(content, (int) offsetBytes, lengthBytes));
    }

    @Override
    public void write(long offsetBytes, ByteBuffer data, boolean forceUnitAccess, Completion completion) {
        int lengthBytes = data.remaining();
        submit("write " + offsetBytes + "+" + lengthBytes + fua(forceUnitAccess), completion, () -> {
            data.get(content, (int) offsetBytes, lengthBytes);
            allocated.set((int) offsetBytes / BLOCK_BYTES, (int) (offsetBytes + lengthBytes - 1) / BLOCK_BYTES + 1);
        });
    }

    @Override
    public void writeZeroes(
            long offsetBytes, long lengthBytes, boolean keepAllocated, boolean forceUnitAccess, Completion completion) {
        String call = "zeroes " + offsetBytes + "+" + lengthBytes + (keepAllocated ? " keep" : "");
        submit(
                call + fua(forceUnitAccess),
                completion,
                () -> zero((int) offsetBytes, (int) lengthBytes, keepAllocated));
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes, boolean forceUnitAccess, Completion completion) {
        submit(
                "discard " + offsetBytes + "+" + lengthBytes + fua(forceUnitAccess),
                completion,
                () -> zero((int) offsetBytes, (int) lengthBytes, false));
    }

    @Override
    public void flush(Completion completion) {
        submit("flush", completion, () -> {});
    }

    @Override
    public void extents(long offsetBytes, long lengthBytes, ExtentsCompletion completion) {
        List<Extent> found = new ArrayList<>();
        submit(
                "extents " + offsetBytes + "+" + lengthBytes,
                failed -> completion.completed(failed == null ? found : List.of(), failed),
                () -> addExtents(offsetBytes, offsetBytes + lengthBytes, found));
    }

    private void submit(String call, Completion completion, Runnable effect) {
        synchronized (this) {
            calls.add(call);
        }
        executor.execute(() -> {
            Runnable end;
            synchronized (this) {
                DeviceException failed = failure;
                if (failed == null) {
                    effect.run();
                }
                end = () -> completion.completed(failed);
                if (holding) {
                    held.add(end);
                    return;
                }
            }
            end.run();
        });
    }

    private void zero(int offsetBytes, int lengthBytes, boolean keepAllocated) {
        Arrays.fill(content, offsetBytes, offsetBytes + lengthBytes, (byte) 0);
        int firstWhole = (offsetBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        int endWhole = (offsetBytes + lengthBytes) / BLOCK_BYTES;
        if (firstWhole < endWhole) {
            allocated.set(firstWhole, endWhole, keepAllocated);
        }
    }

    private void addExtents(long offsetBytes, long endBytes, List<Extent> found) {
        long at = offsetBytes;
        while (at < endBytes) {
            long blockEnd = Math.min(endBytes, (at / BLOCK_BYTES + 1) * BLOCK_BYTES);
            found.add(new Extent(at, blockEnd - at, !allocated.get((int) (at / BLOCK_BYTES))));
            at = blockEnd;
        }
    }

    private static String fua(boolean forceUnitAccess) {
        return forceUnitAccess ? " fua" : "";
    }
}
