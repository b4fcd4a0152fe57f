package io.ringmirror.torture;

import io.ringmirror.client.NbdPipeline;
import io.ringmirror.torture.Acknowledgements.Term;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to the server that serves a mirror: sends changes, and tells the ledger, the acknowledgements and the
 * progress what became of each. Any thread.
 */
final class Session implements AutoCloseable {
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(2);

    private final TortureMirror mirror;
    private final String server;
    private final NbdPipeline pipeline;
    private volatile boolean failed;

    private Session(TortureMirror mirror, String server, NbdPipeline pipeline) {
        this.mirror = mirror;
        this.server = server;
        this.pipeline = pipeline;
    }

    /** @throws IOException if the server does not serve the mirror now */
    static Session connect(TortureMirror mirror, String server, InetSocketAddress address) throws IOException {
        return new Session(mirror, server, NbdPipeline.connect(address, mirror.export(), CONNECT_BOUND));
    }

    String server() {
        return server;
    }

    /** Whether something sent here came to nothing: whoever sends is to take another connection. */
    boolean failed() {
        return failed;
    }

    /**
     * Sends a change whose blocks the sender has taken in the ledger; they are given back when it was answered.
     *
     * @param data what a write carries
     * @return true if it was acknowledged, false if nobody knows what became of it; never fails
     */
    CompletableFuture<Boolean> change(Change change, ByteBuffer data) {
        Term termAtIssue = mirror.order().term();
        mirror.sent(change);
        return send(change, data).handle((nothing, problem) -> {
            if (problem != null) {
                failed = true;
                mirror.ledger().unknown(change);
                return false;
            }
            mirror.ledger().acknowledged(change);
            if (change.kind() == Change.Kind.WRITE) {
                mirror.acknowledgements().answered(change, server, termAtIssue);
            }
            mirror.progress().acknowledged();
            return true;
        });
    }

    /** Flushes; false if that failed. */
    CompletableFuture<Boolean> flush() {
        return pipeline.flush().handle((nothing, problem) -> went(problem));
    }

    /** Reads blocks and holds them against the ledger; false if they could not be read. */
    CompletableFuture<Boolean> readBack(long firstBlock, int count) {
        return read(firstBlock, count, () -> {});
    }

    /** The same with blocks that the reader has taken in the ledger; they are given back. */
    CompletableFuture<Boolean> readTaken(long firstBlock, int count) {
        return read(firstBlock, count, () -> mirror.ledger().giveBack(firstBlock, count));
    }

    /** Ends it at once; what is in flight is unknown from here on. */
    void abort() {
        failed = true;
        try {
            pipeline.abort();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket could not be closed", e);
        }
    }

    @Override
    public void close() {
        abort();
    }

    private CompletableFuture<Void> send(Change change, ByteBuffer data) {
        return switch (change.kind()) {
            case WRITE -> pipeline.write(change.offsetBytes(), data, change.fua());
            case WRITE_ZEROES -> pipeline.writeZeroes(change.offsetBytes(), change.lengthBytes(), change.fua());
            case TRIM -> pipeline.trim(change.offsetBytes(), change.lengthBytes(), change.fua());
        };
    }

    private CompletableFuture<Boolean> read(long firstBlock, int count, Runnable arrived) {
        ByteBuffer data = ByteBuffer.allocate(count * BlockContent.BLOCK_BYTES);
        return pipeline.read(firstBlock * BlockContent.BLOCK_BYTES, data).handle((nothing, problem) -> {
            arrived.run();
            for (int i = 0; problem == null && i < count; i++) {
                ByteBuffer block = data.slice(i * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES);
                String described = BlockContent.describe(block);
                mirror.ledger().readBack(firstBlock + i, BlockContent.fingerprint(block), server, described);
            }
            return went(problem);
        });
    }

    private boolean went(Throwable problem) {
        failed |= problem != null;
        return problem == null;
    }
}
