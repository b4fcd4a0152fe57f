package io.ringmirror.torture;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * What a mirror's client asks for: mostly small writes, some large ones that take several records, zeroes, trims,
 * flushes and reads. The writer's thread only.
 */
final class Mix {
    private static final int SMALL = 8;
    private static final int MEDIUM = 64;
    private static final int LARGE = 320;
    private static final int PERCENT = 100;

    private final TortureMirror mirror;
    private final Random random;

    Mix(TortureMirror mirror, Random random) {
        this.mirror = mirror;
        this.random = random;
    }

    /** Sends the next request; false if it came to nothing. Requests never overlap with one in flight. */
    CompletableFuture<Boolean> next(Session session) {
        int draw = random.nextInt(PERCENT);
        if (draw < 72) {
            return write(session, 1 + random.nextInt(SMALL));
        } else if (draw < 81) {
            return write(session, 1 + random.nextInt(MEDIUM));
        } else if (draw < 82) {
            return write(session, LARGE - random.nextInt(MEDIUM));
        } else if (draw < 88) {
            return zeroes(session, Change.Kind.WRITE_ZEROES);
        } else if (draw < 92) {
            return zeroes(session, Change.Kind.TRIM);
        } else if (draw < 95) {
            return session.flush();
        }
        return read(session);
    }

    private CompletableFuture<Boolean> write(Session session, int count) {
        long first = take(count);
        ByteBuffer data = ByteBuffer.allocate(count * BlockContent.BLOCK_BYTES);
        Change change = Change.write(mirror.number(), mirror.nextSerial(), first, data, fua());
        return session.change(change, data);
    }

    private CompletableFuture<Boolean> zeroes(Session session, Change.Kind kind) {
        int count = 1 + random.nextInt(MEDIUM);
        long first = take(count);
        return session.change(Change.zeroes(kind, mirror.nextSerial(), first, count, fua()), null);
    }

    private CompletableFuture<Boolean> read(Session session) {
        int count = 1 + random.nextInt(MEDIUM);
        long first = take(count);
        return session.readTaken(first, count);
    }

    /** Takes blocks of one volume that no request has. */
    private long take(int count) {
        while (true) {
            long first = random.nextInt(TortureMirror.BLOCKS - TortureMirror.WITNESS_BLOCKS - count + 1);
            boolean whole = TortureMirror.volumeOf(first) == TortureMirror.volumeOf(first + count - 1);
            if (whole && mirror.ledger().take(first, count)) {
                return first;
            }
        }
    }

    private boolean fua() {
        return random.nextInt(PERCENT) < 5;
    }
}
