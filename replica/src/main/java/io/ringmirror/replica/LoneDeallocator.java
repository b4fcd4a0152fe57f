package io.ringmirror.replica;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import java.util.List;
import java.util.Optional;
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
    private Optional<Deallocator> alone = Optional.empty();

    public LoneDeallocator(Replica replica, LogEraser eraser) {
        this.replica = replica;
        this.eraser = eraser;
        this.redefined = new AtomicReference<>(replica.definition());
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
        alone.ifPresent(deallocator -> deallocator.flushed(replica.chain().trails()));
    }

    /** Tells of the deletion that has ended, and begins one that is due. */
    public List<Fact> step(long nowNs) {
        Definition newer = redefined.get() == null ? null : redefined.getAndSet(null);
        if (newer != null) {
            heed(newer);
        }
        if (alone.isEmpty()) {
            return List.of();
        }
        MirrorStatus word = announced.getAndSet(null);
        if (word != null) {
            alone.get().status(word);
        }
        return alone.get().step(nowNs);
    }

    /** What others left behind is found in the map of the ring, in which each log has its latest epoch. */
    private void heed(Definition newer) {
        if (newer.replicas().size() > 1) {
            alone = Optional.empty();
            return;
        }
        Deallocator deallocator = alone.orElseGet(() -> Deallocator.ofAll(replica, eraser));
        deallocator.redefined(newer);
        alone = Optional.of(deallocator);
        flushed();
    }
}
