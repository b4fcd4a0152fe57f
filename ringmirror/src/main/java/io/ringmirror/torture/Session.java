package io.ringmirror.torture;

import io.ringmirror.client.NbdPipeline;
import io.ringmirror.torture.Acknowledgements.Term;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Connections to the server that serves a mirror, one for each volume: sends changes, and tells the ledger, the
 * acknowledgements and the progress what became of each. Any thread.
 */
final class Session implements AutoCloseable {
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(2);

    private final TortureMirror mirror;
    private final String server;
    private final List<NbdPipeline> pipelines;
    private final long connection;
    private final Queue<Answered> unflushed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger flushes = new AtomicInteger();
    private volatile boolean failed;

    private Session(TortureMirror mirror, String server, List<NbdPipeline> pipelines) {
        this.mirror = mirror;
        this.server = server;
        this.pipelines = List.copyOf(pipelines);
        this.connection = mirror.forced() ? 0 : mirror.ledger().newConnection();
    }

    /** A write that was answered and no flush has covered yet. */
    private record Answered(Change change, Term termAtIssue, long moment) {}

    /** @throws IOException if the server does not serve the mirror now */
    static Session connect(TortureMirror mirror, String server, InetSocketAddress address) throws IOException {
        List<NbdPipeline> pipelines = new ArrayList<>();
        try {
            for (String volume : TortureMirror.VOLUMES) {
                pipelines.add(NbdPipeline.connect(address, mirror.export(volume), CONNECT_BOUND));
            }
            return new Session(mirror, server, pipelines);
        } catch (IOException e) {
            abort(pipelines);
            throw e;
        }
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
            answered(change, termAtIssue);
            mirror.progress().acknowledged();
            return true;
        });
    }

    /** Flushes all volumes by one of them; false if that failed. What was answered before it must stay then. */
    CompletableFuture<Boolean> flush() {
        long sentAt = mirror.ledger().moment();
        int volume = flushes.getAndIncrement() % pipelines.size();
        return pipelines.get(volume).flush().handle((nothing, problem) -> {
            if (problem == null && !mirror.forced()) {
                mirror.ledger().flushed(connection, sentAt);
                tellFlushed(sentAt);
            }
            return went(problem);
        });
    }

    /** Reads blocks and holds them against the ledger; false if they could not be read. */
    CompletableFuture<Boolean> readBack(long firstBlock, int count) {
        return read(firstBlock, count, () -> {});
    }

    /** The same with blocks that the reader has taken in the ledger; they are given back. */
    CompletableFuture<Boolean> readTaken(long firstBlock, int count) {
        return read(firstBlock, count, () -> mirror.ledger().giveBack(firstBlock, count));
    }

    /**
     * Reads blocks from what may be an old source, and tells of the first that is older than what was acknowledged before
     * it was asked for; changes nothing in the ledger.
     */
    CompletableFuture<Boolean> readAsOld(long firstBlock, int count, Consumer<String> stale) {
        List<Ledger.Expected> expected = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            expected.add(mirror.ledger().expected(firstBlock + i));
        }
        ByteBuffer data = ByteBuffer.allocate(count * BlockContent.BLOCK_BYTES);
        return pipeline(firstBlock)
                .read(TortureMirror.offsetBytes(firstBlock), data)
                .handle((nothing, problem) -> {
                    for (int i = 0; problem == null && i < count; i++) {
                        ByteBuffer block = data.slice(i * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES);
                        if (expected.get(i).isNewerThan(block)) {
                            stale.accept("mirror " + mirror.name() + ", block " + (firstBlock + i) + " at " + server
                                    + " holds "
                                    + BlockContent.describe(block) + "; write "
                                    + expected.get(i).acknowledged() + " was acknowledged before it was read");
                            break;
                        }
                    }
                    return went(problem);
                });
    }

    /** Ends it at once; what is in flight is unknown from here on. */
    void abort() {
        failed = true;
        abort(pipelines);
    }

    @Override
    public void close() {
        abort();
    }

    private static void abort(List<NbdPipeline> pipelines) {
        try {
            for (NbdPipeline pipeline : pipelines) {
                pipeline.abort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a socket could not be closed", e);
        }
    }

    private void answered(Change change, Term termAtIssue) {
        if (mirror.forced() || change.fua()) {
            mirror.ledger().acknowledged(change);
            tellSafe(change, termAtIssue);
        } else {
            long moment = mirror.ledger().answered(change, connection);
            unflushed.add(new Answered(change, termAtIssue, moment));
        }
    }

    /** Replies come on a thread of each connection; a write is told once. */
    private synchronized void tellFlushed(long sentAt) {
        unflushed.removeIf(answered -> {
            boolean covered = answered.moment() <= sentAt;
            if (covered) {
                tellSafe(answered.change(), answered.termAtIssue());
            }
            return covered;
        });
    }

    private void tellSafe(Change change, Term termAtIssue) {
        if (change.kind() == Change.Kind.WRITE) {
            mirror.acknowledgements().answered(change, server, termAtIssue);
        }
    }

    private NbdPipeline pipeline(long block) {
        return pipelines.get(TortureMirror.volumeOf(block));
    }

    private CompletableFuture<Void> send(Change change, ByteBuffer data) {
        NbdPipeline pipeline = pipeline(change.firstBlock());
        return switch (change.kind()) {
            case WRITE -> pipeline.write(change.offsetBytes(), data, change.fua());
            case WRITE_ZEROES -> pipeline.writeZeroes(change.offsetBytes(), change.lengthBytes(), change.fua());
            case TRIM -> pipeline.trim(change.offsetBytes(), change.lengthBytes(), change.fua());
        };
    }

    private CompletableFuture<Boolean> read(long firstBlock, int count, Runnable arrived) {
        ByteBuffer data = ByteBuffer.allocate(count * BlockContent.BLOCK_BYTES);
        return pipeline(firstBlock)
                .read(TortureMirror.offsetBytes(firstBlock), data)
                .handle((nothing, problem) -> {
                    arrived.run();
                    for (int i = 0; problem == null && i < count; i++) {
                        ByteBuffer block = data.slice(i * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES);
                        String described = BlockContent.describe(block);
                        mirror.ledger()
                                .readBack(
                                        firstBlock + i, BlockContent.fingerprint(block), connection, server, described);
                    }
                    return went(problem);
                });
    }

    private boolean went(Throwable problem) {
        failed |= problem != null;
        return problem == null;
    }
}
