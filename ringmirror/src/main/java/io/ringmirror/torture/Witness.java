package io.ringmirror.torture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client that stays with an old source: it connected before the source was stopped, writes while and after another
 * takes the role, and is never to be told that a write is safe which is not in the ring. One thread.
 */
final class Witness implements AutoCloseable {
    private final TortureMirror mirror;
    private final Session session;
    private final List<CompletableFuture<Boolean>> sent = new ArrayList<>();

    private Witness(TortureMirror mirror, Session session) {
        this.mirror = mirror;
        this.session = session;
    }

    static Witness connect(TortureMirror mirror, String server, InetSocketAddress address) throws IOException {
        return new Witness(mirror, Session.connect(mirror, server, address));
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
