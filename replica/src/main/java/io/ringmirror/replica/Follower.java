package io.ringmirror.replica;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.volume.WriteCache;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads the ring in the order of its {@link Chain} into a {@link WriteCache}. An entry is examined, put into the cache,
 * then taken: when the cache is full it stays at the head and is tried again, so nothing is lost and nothing is taken
 * twice. One thread, the owner's of chain and cache.
 */
public final class Follower {
    private final RingReader reader;
    private final Chain chain;
    private final VolumeTable volumes;
    private final WriteCache cache;
    private final Deque<RingEntry> fetched = new ArrayDeque<>();
    private boolean sought;

    public Follower(RingReader reader, Chain chain, VolumeTable volumes, WriteCache cache) {
        this.reader = reader;
        this.chain = chain;
        this.volumes = volumes;
        this.cache = cache;
    }

    /** What one step came to. */
    public enum Outcome {
        /** Entries were taken. */
        MOVED,
        /** Nothing came within the wait. */
        IDLE,
        /** The next entry waits for room in the cache: flush. */
        FULL
    }

    /**
     * Takes what has been fetched, or fetches if nothing is.
     *
     * @param wait how long to wait for entries at the most
     * @throws ChainException if ring and replica do not fit together; the cache then holds only what was before
     */
    public Outcome step(Duration wait) {
        if (fetched.isEmpty()) {
            fetch(wait);
        }
        boolean moved = false;
        while (!fetched.isEmpty()) {
            if (!apply(fetched.peek())) {
                return Outcome.FULL;
            }
            fetched.poll();
            moved = true;
        }
        return moved ? Outcome.MOVED : Outcome.IDLE;
    }

    /** Tells whether everything below an offset of the log being followed has been taken or passed over. */
    public boolean hasPassed(long endOffset) {
        return fetched.isEmpty() && sought && reader.nextOffset() >= endOffset;
    }

    /** The offset after the last entry taken, or after the marker behind it, in the log being followed; not past a hole. */
    public long passedOffset() {
        boolean whole = fetched.isEmpty() && sought && chain.hole().isEmpty();
        return whole ? Math.max(reader.nextOffset(), chain.nextOffset()) : chain.nextOffset();
    }

    private void fetch(Duration wait) {
        if (!sought) {
            reader.seek(chain.nextLog(), chain.nextOffset());
            sought = true;
        }
        fetched.addAll(reader.poll(wait));
    }

    private boolean apply(RingEntry entry) {
        Chain.Step step = chain.examine(entry);
        if (step == Chain.Step.APPLY) {
            LogBody.Data data = (LogBody.Data) entry.record().body();
            volumes.requireSound(entry, data);
            if (!volumes.apply(data, cache)) {
                return false;
            }
        }
        chain.take(entry, step);
        if (step == Chain.Step.SEAL) {
            leaveLog();
        }
        return true;
    }

    /** What else was fetched stands behind the seal, in a log that is not read on. */
    private void leaveLog() {
        RingEntry seal = fetched.poll();
        fetched.clear();
        fetched.push(seal);
        sought = false;
    }
}
