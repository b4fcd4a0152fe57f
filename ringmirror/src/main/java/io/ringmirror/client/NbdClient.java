package io.ringmirror.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A small NBD client over one {@link NbdPipeline}: keeps up to so many requests in flight, and waits where there are
 * more. One thread calls it. A request that failed is told by the next call, with the error that the server gave.
 */
public final class NbdClient implements AutoCloseable {
    private static final long REPLY_BOUND_S = 300;

    private final NbdPipeline pipeline;
    private final int depth;
    private final Semaphore permits;
    private volatile Throwable failure;

    private NbdClient(NbdPipeline pipeline, int depth) {
        this.pipeline = pipeline;
        this.depth = depth;
        this.permits = new Semaphore(depth);
    }

    /**
     * Connects to an export.
     *
     * @param depth most requests in flight
     * @throws IOException if the server is not there, speaks something else, or has no such export
     */
    public static NbdClient connect(InetSocketAddress address, String export, int depth) throws IOException {
        return new NbdClient(NbdPipeline.connect(address, export, Duration.ofSeconds(REPLY_BOUND_S)), depth);
    }

    public long sizeBytes() {
        return pipeline.sizeBytes();
    }

    /** Sends a write; the buffer may be used again when this returns. Waits while too many requests are in flight. */
    public void write(long offsetBytes, ByteBuffer data) throws IOException, InterruptedException {
        acquire(1);
        release(pipeline.write(offsetBytes, data, false));
    }

    public void writeZeroes(long offsetBytes, int lengthBytes) throws IOException, InterruptedException {
        acquire(1);
        release(pipeline.writeZeroes(offsetBytes, lengthBytes, false));
    }

    public void trim(long offsetBytes, int lengthBytes) throws IOException, InterruptedException {
        acquire(1);
        release(pipeline.trim(offsetBytes, lengthBytes, false));
    }

    /** Waits until everything sent was answered, then flushes; returns when that was answered too. */
    public void flush() throws IOException, InterruptedException {
        drain();
        acquire(1);
        release(pipeline.flush());
        drain();
    }

    /** Waits until everything sent was answered, then fills the buffer. */
    public void read(long offsetBytes, ByteBuffer target) throws IOException, InterruptedException {
        drain();
        acquire(1);
        release(pipeline.read(offsetBytes, target));
        drain();
    }

    /** Waits until everything sent was answered. */
    public void drain() throws IOException, InterruptedException {
        acquire(depth);
        permits.release(depth);
    }

    /** Says goodbye, and closes the connection. */
    @Override
    public void close() throws IOException {
        pipeline.close();
    }

    private void acquire(int count) throws IOException, InterruptedException {
        if (!permits.tryAcquire(count, REPLY_BOUND_S, TimeUnit.SECONDS)) {
            throw new IOException("the NBD server did not answer within " + REPLY_BOUND_S + " s");
        }
        if (failure != null) {
            permits.release(count);
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private void release(CompletableFuture<Void> answer) {
        CompletableFuture<Void> unused = answer.whenComplete((nothing, problem) -> {
            if (problem != null) {
                failure = problem;
            }
            permits.release();
        });
    }
}
