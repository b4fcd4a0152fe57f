package io.ringmirror.consumer;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.LogEraser;
import io.ringmirror.replica.MirrorContext;
import io.ringmirror.replica.MirrorRun;
import io.ringmirror.replica.Opened;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaStore;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A mirror followed at a destination, from {@link #start} until {@link #close}, or until ring and replica do not fit
 * together any more, which {@link #ended} tells. Any thread.
 */
public final class Destination implements MirrorRun {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(30);

    private final DestinationMirror mirror;
    private final OwnerThread thread;

    private Destination(DestinationMirror mirror, OwnerThread thread) {
        this.mirror = mirror;
        this.thread = thread;
    }

    /**
     * Checks that the replica is on the chain and follows from there.
     *
     * @throws IOException if the replica cannot be used
     * @throws ChainException if the ring and the replica do not fit together
     */
    public static Destination start(MirrorContext context, DestinationSettings settings, LogEraser eraser)
            throws IOException {
        Sleeper sleeper = new Sleeper();
        try (Opened opened = new Opened()) {
            ReplicaStore store = opened.add(context.openDirectory());
            Replica replica = opened.add(
                    new Replica(context.definition(), store, settings.cacheBytes(), context.disk(), sleeper::wake));
            KafkaRingReader reader = opened.add(context.openReader());
            MirrorFacts facts = context.facts(replica, Role.DESTINATION, settings.beat());
            DestinationMirror mirror = DestinationMirror.follow(replica, reader, reader, eraser, settings, facts);
            OwnerThread thread = new OwnerThread("destination-" + context.mirror(), mirror, sleeper);
            thread.start();
            opened.keep();
            return new Destination(mirror, thread);
        }
    }

    @Override
    public void order(Action action) {
        mirror.order(action);
    }

    @Override
    public void tell(Fact fact) {
        mirror.tell(fact);
    }

    @Override
    public Position shown() {
        return mirror.shown();
    }

    /** Whether it was the source last and nobody has taken the role since, as of its last beat. */
    public boolean ownsLastTerm() {
        return mirror.ownsLastTerm();
    }

    /** Whether its position file still says that it is the source. */
    public boolean saysSource() {
        return mirror.saysSource();
    }

    /** Hands the owner the definition as changed. */
    public void redefined(Definition definition) {
        mirror.redefined(definition);
    }

    /** Hands the owner the tracker's answer about the mirror. */
    public void status(MirrorStatus status) {
        mirror.status(status);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return thread.ended();
    }

    @Override
    public void fail(Exception why) {
        thread.fail(why);
    }

    /** Flushes what was taken, within a bound, and ends. */
    @Override
    public void close() {
        thread.close(CLOSE_BOUND);
    }
}
