package io.ringmirror.replica;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Gives logs back at a source that has no destination: while one is registered, destinations do it and this does nothing.
 * The rule of release is the same, with one replica to ask. It may delete what the source sealed itself: nobody else
 * reads on behind those seals. Definitions and statuses are handed in by any thread, the rest is the owner's.
 */
public final class LoneDeallocator {
    private final Replica replica;
    private final LogEraser eraser;
    private final AtomicReference<Definition> redefined;
    private final AtomicReference<MirrorStatus> announced = new AtomicReference<>();
    private Definition definition;
    /** The latest; null while the source was never alone. */
    private Deallocator deallocator;

    public LoneDeallocator(Replica replica, LogEraser eraser) {
        this.replica = replica;
        this.eraser = eraser;
        this.definition = replica.definition();
        this.redefined = new AtomicReference<>(definition);
    }

    /** The definition was changed; from any thread. */
    public void redefined(Definition newer) {
        redefined.set(newer);
    }

    /** The tracker's last word; from any thread. */
    public void status(MirrorStatus word) {
        announced.set(word);
    }

    /** The replica was flushed. */
    public void flushed() {
        if (isAlone() && deallocator != null) {
            deallocator.flushed(replica.chain().trails());
        }
    }

    /** The generation that whatever is being deleted, and will be, was judged by. */
    public long generation() {
        return deallocator == null
                ? definition.generation()
                : Math.min(deallocator.generation(), definition.generation());
    }

    /** Why nothing can be deleted though this is to do it, in one line; empty if that is not so. */
    public String refusal() {
        return isAlone() && deallocator != null ? deallocator.refusal() : "";
    }

    /** Tells of the deletion that has ended, and begins one that is due. */
    public List<Fact> step(long nowNs) {
        if (redefined.get() != null) {
            heed(redefined.getAndSet(null));
        }
        if (deallocator == null) {
            return List.of();
        }
        if (!isAlone()) {
            return deallocator.finish(nowNs);
        }
        MirrorStatus word = announced.getAndSet(null);
        if (word != null) {
            deallocator.status(word);
        }
        return deallocator.step(nowNs);
    }

    /** What others left behind is found in the map of the ring, in which each log has its latest epoch. */
    private void heed(Definition newer) {
        boolean wasAlone = isAlone() && deallocator != null;
        definition = newer;
        if (isAlone() && !wasAlone) {
            deallocator = Deallocator.ofAll(replica, eraser);
        }
        if (deallocator != null) {
            deallocator.redefined(newer);
        }
        flushed();
    }

    private boolean isAlone() {
        return definition.replicas().size() == 1;
    }
}
