package io.ringmirror.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.ringmirror.producer.InflightBound;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of one process that its mirrors share, reserved before a mirror runs, so that none finds it used up by others
 * later. Off the heap each mirror reserves all it may ever take. Of the heap, records on their way to Kafka get a part:
 * each mirror an equal share of it, and a request that is larger than the share one of a few loans. Thread-safe.
 */
final class MemoryBudget {
    /** Off the heap, for connections, their receive buffers and what the allocator keeps in pieces. */
    static final long FRONT_BYTES = 32L << 20;

    /** What a record costs on the heap: its bytes, and the batch that takes it whole and may be half empty. */
    private static final int COPIES = 3;

    /** Of idle mirrors there may be many. Where a record is larger than the share it takes a loan. */
    private static final long LEAST_SHARE_BYTES = 1L << 18;

    private static final long LARGEST_REQUEST_BYTES = 33L << 20;
    private static final MemoryBudget OF_PROCESS =
            new MemoryBudget(directBytes(), Runtime.getRuntime().maxMemory());

    private final long directBytes;
    private final long sharedBytes;
    private final AtomicLong lendableBytes;
    private long reservedBytes; // guarded by this
    private volatile int mirrors; // written under this

    MemoryBudget(long directBytes, long heapBytes) {
        this.directBytes = directBytes;
        this.sharedBytes = heapBytes * 3 / 8 / COPIES;
        this.lendableBytes = new AtomicLong(Math.max(LARGEST_REQUEST_BYTES, heapBytes / 4 / COPIES));
    }

    /** That of this process, whatever runs in it. */
    static MemoryBudget ofProcess() {
        return OF_PROCESS;
    }

    private static long directBytes() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = Long.parseLong(machine.getVMOption("MaxDirectMemorySize").getValue());
        return set == 0 ? Runtime.getRuntime().maxMemory() : set;
    }

    /** @throws MemoryException if not even one mirror of this need fits beside those that are here */
    synchronized void require(MemoryNeed need, String what) throws MemoryException {
        if (FRONT_BYTES + reservedBytes + need.directBytes() > directBytes) {
            throw new MemoryException(what + " does not fit into memory off the heap: it takes " + need.sum() + "; "
                    + mirrors + " mirrors have reserved " + MemoryNeed.mib(reservedBytes) + " and connections "
                    + MemoryNeed.mib(FRONT_BYTES) + ", of " + MemoryNeed.mib(directBytes)
                    + ". Lower these keys, or give the process more: RINGMIRROR_OPTS=-XX:MaxDirectMemorySize="
                    + MemoryNeed.mib(FRONT_BYTES + reservedBytes + need.directBytes())
                            .replace(" MiB", "m"));
        }
        if ((mirrors + 1) * LEAST_SHARE_BYTES > sharedBytes) {
            throw new MemoryException(what + " does not fit into the heap: records on their way to Kafka take "
                    + MemoryNeed.mib(COPIES * LEAST_SHARE_BYTES) + " of it for each mirror at least, and "
                    + MemoryNeed.mib(COPIES * sharedBytes) + " are for " + mirrors
                    + " mirrors that are here. Give the process more: RINGMIRROR_HEAP_OPTS=-Xmx"
                    + MemoryNeed.mib(2 * Runtime.getRuntime().maxMemory()).replace(" MiB", "m"));
        }
    }

    /** Reserves what a mirror needs, until that is closed. */
    synchronized Reservation reserve(MemoryNeed need, String mirror) throws MemoryException {
        require(need, "mirror " + mirror);
        reservedBytes += need.directBytes();
        mirrors++;
        return new Reservation(need);
    }

    synchronized long reservedBytes() {
        return reservedBytes;
    }

    private synchronized void giveBack(long bytes) {
        reservedBytes -= bytes;
        mirrors--;
    }

    private long shareBytes() {
        return Math.max(LEAST_SHARE_BYTES, sharedBytes / Math.max(1, mirrors));
    }

    private boolean borrow(long bytes) {
        long there = lendableBytes.get();
        while (there >= bytes) {
            if (lendableBytes.compareAndSet(there, there - bytes)) {
                return true;
            }
            there = lendableBytes.get();
        }
        return false;
    }

    /** One mirror's. */
    final class Reservation implements AutoCloseable {
        private final MemoryNeed need;
        private boolean closed;

        private Reservation(MemoryNeed need) {
            this.need = need;
        }

        /** For one run of the mirror as a source: what is configured, or the mirror's share where that is less. */
        InflightBound inflight(long configuredBytes) {
            return new Share(configuredBytes);
        }

        /** Gives it back; does nothing the second time. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                giveBack(need.directBytes());
            }
        }
    }

    private final class Share implements InflightBound {
        private final long configuredBytes;
        private long borrowedBytes;

        Share(long configuredBytes) {
            this.configuredBytes = configuredBytes;
        }

        @Override
        public boolean mayTake(long queuedBytes, long requestBytes) {
            long bound = boundBytes();
            if (queuedBytes >= bound) {
                return false;
            }
            long beyond = queuedBytes + requestBytes - bound - borrowedBytes;
            if (beyond > 0 && !borrow(beyond)) {
                return false;
            }
            borrowedBytes += Math.max(0, beyond);
            return true;
        }

        @Override
        public void queued(long bytes) {
            if (borrowedBytes > 0 && bytes <= boundBytes()) {
                close();
            }
        }

        @Override
        public void close() {
            lendableBytes.addAndGet(borrowedBytes);
            borrowedBytes = 0;
        }

        private long boundBytes() {
            return Math.min(configuredBytes, shareBytes());
        }
    }
}
