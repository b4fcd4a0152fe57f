package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client that stays with an old source: it connected before the source was stopped or cut off, writes and reads while
 * and after another takes the role, and is never to be told that a write is safe which is not in the ring, nor shown what
 * is older than what the other has acknowledged. One thread.
 */
final class Witness implements AutoCloseable {
    private static final int READ_BLOCKS = 64;
    private static final long BETWEEN_READS_MS = 50;

    private final TortureMirror mirror;
    private final Session session;
    private final Violations violations;
    private final Random random = new Random();
    private final List<CompletableFuture<Boolean>> sent = new ArrayList<>();

    private Witness(TortureMirror mirror, Session session, Violations violations) {
        this.mirror = mirror;
        this.session = session;
        this.violations = violations;
    }

    static Witness connect(TortureMirror mirror, String server, InetSocketAddress address, Violations violations)
            throws IOException {
        return new Witness(mirror, Session.connect(mirror, server, address), violations);
    }

    /** Sends a write to one of the witnesses' blocks. */
    void write() {
        long first = TortureMirror.BLOCKS - TortureMirror.WITNESS_BLOCKS;
        for (long block = first; block < TortureMirror.BLOCKS; block++) {
            if (mirror.ledger().take(block, 1)) {
                ByteBuffer data = ByteBuffer.allocate(BlockContent.BLOCK_BYTES);
                Change change = Change.write(mirror.number(), mirror.nextSerial(), block, data, false);
                sent.add(session.change(change, data));
                return;
            }
        }
    }

    /** Asks for what it wrote to be safe. */
    void flush() {
        sent.add(session.flush());
    }

    /** Reads some blocks that others write; what is older than what they were acknowledged is a violation. */
    void read() {
        int part = random.nextInt((TortureMirror.BLOCKS - TortureMirror.WITNESS_BLOCKS) / READ_BLOCKS);
        long first = (long) part * READ_BLOCKS;
        sent.add(session.readAsOld(first, READ_BLOCKS, stale -> violations.add(Kind.ZOMBIE_READ, stale)));
    }

    /** Reads again and again, until the connection has gone. */
    void readOn(int times) throws InterruptedException {
        for (int i = 0; i < times && !session.failed(); i++) {
            read();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_READS_MS);
        }
    }

    /** Whether everything sent was answered, or the connection closed, within the bound. */
    boolean isAnswered(Duration bound) throws InterruptedException {
        try {
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                    .get(bound.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer is never a failure", e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
