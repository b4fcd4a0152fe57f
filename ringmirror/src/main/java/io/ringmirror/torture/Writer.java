package io.ringmirror.torture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The client of one mirror, on a thread of its own: finds the server that serves it, reads everything back, then keeps
 * several requests in flight until the connection fails, and begins again. It never closes a connection with requests
 * in flight but when told to abandon it, for what they do then must not surprise it later.
 */
final class Writer implements AutoCloseable {
    private static final int DEPTH = 16;
    private static final int READ_BACK_BLOCKS = 256;
    private static final long BETWEEN_REQUESTS_NS = 3_000_000;
    private static final long LOOK_AGAIN_MS = 100;
    private static final long CLOSE_BOUND_MS = 10_000;

    private final TortureMirror mirror;
    private final Map<String, InetSocketAddress> addresses;
    private final Mix mix;
    private final Thread thread;
    private final Semaphore permits = new Semaphore(DEPTH);
    private volatile boolean finishing;
    private volatile boolean closed;
    private volatile Optional<Session> session = Optional.empty();

    Writer(TortureMirror mirror, Map<String, InetSocketAddress> addresses, long seed) {
        this.mirror = mirror;
        this.addresses = addresses;
        this.mix = new Mix(mirror, new Random(seed));
        this.thread = new Thread(this::run, "write-" + mirror.name());
        thread.setDaemon(true);
    }

    void start() {
        mirror.progress().wanted(true);
        thread.start();
    }

    /** Leaves a connection to a server that answers no more, and whose unanswered requests can do nothing now. */
    void abandon(String server) {
        session.filter(now -> now.server().equals(server)).ifPresent(Session::abort);
    }

    /** Sends no more; returns when everything is answered and read back, false if that did not come within the bound. */
    boolean finish(long boundMs) throws InterruptedException {
        finishing = true;
        thread.join(boundMs);
        mirror.progress().wanted(false);
        return !thread.isAlive();
    }

    /** Leaves everything as it is. */
    @Override
    public void close() {
        closed = true;
        session.ifPresent(Session::abort);
        try {
            thread.join(CLOSE_BOUND_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connects to the mirror's source, if it serves; an older one may still show what was, for a moment. */
    static Optional<Session> find(TortureMirror mirror, Map<String, InetSocketAddress> addresses) {
        String source = mirror.source();
        try {
            return Optional.of(Session.connect(mirror, source, addresses.get(source)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads the whole volume and holds it against the ledger; false if it could not be read. */
    static boolean readBack(Session session) {
        for (int block = 0; block < TortureMirror.BLOCKS; block += READ_BACK_BLOCKS) {
            if (!session.readBack(block, READ_BACK_BLOCKS).join()) {
                return false;
            }
        }
        return true;
    }

    private void run() {
        try {
            boolean done = false;
            while (!done && !closed) {
                session = find(mirror, addresses);
                if (closed) {
                    session.ifPresent(Session::abort);
                }
                if (session.isPresent()) {
                    done = work(session.get());
                } else {
                    TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Works on one connection until it fails; true if all was answered and nothing more is to be sent. */
    private boolean work(Session current) throws InterruptedException {
        try (current) {
            if (!readBack(current) || !current.flush().join()) {
                return false;
            }
            long next = System.nanoTime();
            while (!finishing && !current.failed()) {
                next = Math.max(next + BETWEEN_REQUESTS_NS, System.nanoTime());
                permits.acquire();
                CompletableFuture<Boolean> unused =
                        mix.next(current).whenComplete((went, problem) -> permits.release());
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            }
            permits.acquire(DEPTH);
            permits.release(DEPTH);
            return !current.failed() && current.flush().join();
        }
    }
}
