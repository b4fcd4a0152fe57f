package io.ringmirror.consumer;

import io.ringmirror.replica.Cadence;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.Deallocator;
import io.ringmirror.replica.FlushCycle;
import io.ringmirror.replica.FlushTriggers;
import io.ringmirror.replica.Follower;
import io.ringmirror.replica.GroupOffsets;
import io.ringmirror.replica.LogEraser;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.PositionCheck;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.RingReader;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of a mirror at a destination: follows the logs into the second cache, flushes on its own schedule, then
 * states it, commits and gives released logs back. It waits for nobody: not for the source's flush, nor for another
 * destination's (invariant I5). One {@link OwnerThread} steps it and owns everything within.
 */
public final class DestinationMirror implements OwnerThread.Owner {
    private static final Duration POLL = Duration.ofMillis(50);
    /** While a flush runs: its end is to be stated, which no record that comes in tells. */
    private static final Duration POLL_IN_FLUSH = Duration.ofMillis(5);

    private static final Duration RENEW_OFFSETS = Duration.ofHours(1);
    private static final int MAX_COMMANDS = 64;
    private static final Logger LOG = LoggerFactory.getLogger(DestinationMirror.class);

    private final Replica replica;
    private final RingReader reader;
    private final Follower follower;
    private final FlushTriggers triggers;
    private final Cadence beats;
    private final Cadence renewals = new Cadence(RENEW_OFFSETS);
    private final OffsetReport offsets;
    private final Deallocator deallocator;
    private final MirrorFacts facts;
    private final Queue<Action> commands = new ArrayBlockingQueue<>(MAX_COMMANDS);
    private final Queue<Fact> told = new ArrayBlockingQueue<>(MAX_COMMANDS);
    private final AtomicReference<Definition> redefined = new AtomicReference<>();
    private final AtomicReference<MirrorStatus> announced = new AtomicReference<>();
    private final Landmark flushOrder;
    private final Landmark start;
    private boolean waitsAtHole;

    DestinationMirror(
            Replica replica,
            RingReader reader,
            Follower follower,
            DestinationSettings settings,
            OffsetReport offsets,
            Deallocator deallocator,
            MirrorFacts facts) {
        this.replica = replica;
        this.reader = reader;
        this.follower = follower;
        this.triggers = new FlushTriggers(settings.flushDirtyBytes(), settings.flushInterval());
        this.beats = new Cadence(settings.beat());
        this.offsets = offsets;
        this.deallocator = deallocator;
        this.facts = facts;
        this.flushOrder = new Landmark(reader, replica.chain(), follower);
        this.start = new Landmark(reader, replica.chain(), follower);
        if (!replica.readable()) {
            start.set();
        }
        deallocator.flushed(replica.chain().trails());
    }

    /**
     * A destination over ports, once its replica is seen to be on the chain: the owner, still without a thread. A server
     * runs it over Kafka and files ({@link Destination}); a simulation steps it over ports of its own.
     *
     * @param replica open; closed by the owner's end, or by the caller if this throws
     * @param reader of the ring; closed by the owner's end, or by the caller if this throws
     * @param group where people watch how far it is
     * @param facts of a destination; what does not fit is stated, so that the mirror's status says it, too
     * @throws ChainException if the ring and the replica do not fit together
     */
    public static DestinationMirror follow(
            Replica replica,
            RingReader reader,
            GroupOffsets group,
            LogEraser eraser,
            DestinationSettings settings,
            MirrorFacts facts) {
        try {
            PositionCheck.requireOnChain(replica.flushed(), reader);
        } catch (ChainException e) {
            facts.state(new Fact.Stopped(e.getMessage()));
            throw e;
        }
        facts.beat();
        return new DestinationMirror(
                replica,
                reader,
                new Follower(reader, replica.chain(), replica.volumes(), replica.cache()),
                settings,
                new OffsetReport(group, replica.definition().mirror()),
                new Deallocator(replica, eraser),
                facts);
    }

    /** One step; false if it can only wait for a flush to end. */
    @Override
    public boolean step(long nowNs) {
        takeCommands();
        Follower.Outcome followed = follower.step(replica.flushes().idle() ? POLL : POLL_IN_FLUSH);
        requireRedone();
        tellHole();
        finishFlush(nowNs);
        if (settledRole()) {
            beginFlush(followed, nowNs);
        }
        giveBack(nowNs);
        beat(followed, nowNs);
        return followed != Follower.Outcome.FULL;
    }

    /** Flushes what was taken, and follows no further. */
    @Override
    public boolean finish(long nowNs) {
        finishFlush(nowNs);
        boolean dirty = dirtyBytes() > 0;
        if (replica.flushes().idle() && dirty) {
            startFlush();
        }
        return replica.flushes().failure().isPresent() || (replica.flushes().idle() && !dirty);
    }

    @Override
    public void end(Optional<Throwable> failure) {
        try (replica;
                reader) {
            facts.state(new Fact.Stopped(OwnerThread.Owner.reason(failure)));
        }
    }

    /** Gives an order, from any thread; one too many at a time is dropped and logged. */
    public void order(Action action) {
        if (!commands.offer(action)) {
            LOG.warn(
                    "mirror={} order {} dropped: {} are waiting",
                    replica.definition().mirror(),
                    action,
                    MAX_COMMANDS);
        }
    }

    /** Has something stated, from any thread; one too many at a time is dropped and logged. */
    public void tell(Fact fact) {
        if (!told.offer(fact)) {
            LOG.warn(
                    "mirror={} {} not stated: {} are waiting",
                    replica.definition().mirror(),
                    fact,
                    MAX_COMMANDS);
        }
    }

    /** The definition was changed: another set of replicas decides what is released. From any thread. */
    public void redefined(Definition definition) {
        redefined.set(definition);
    }

    /** The tracker's last answer, from any thread. */
    public void status(MirrorStatus status) {
        announced.set(status);
    }

    /** How far it was at its last beat, from any thread. */
    public Position shown() {
        return replica.shown();
    }

    /** What a flush left that was interrupted in an earlier life is redone by what was in the logs at this one's start. */
    private void requireRedone() {
        if (start.isReached()) {
            replica.requireReadableAtEnd();
        }
    }

    /** Whether it was the source last and nobody has taken the role since, as of its last beat; from any thread. */
    public boolean ownsLastTerm() {
        return replica.ownsLastTerm();
    }

    /** Whether it still says that it is the source; from any thread. */
    public boolean saysSource() {
        return replica.role() == Role.SOURCE;
    }

    private void takeCommands() {
        Action action;
        while ((action = commands.poll()) != null) {
            switch (action) {
                case FLUSH -> flushOrder.set();
                case HOLD_FLUSH -> triggers.hold(true);
                case RESUME_FLUSH -> triggers.hold(false);
                case PROMOTE, DEMOTE, ASK_FIT, RETRY ->
                    throw new IllegalArgumentException(action + " is for the server, not for an owner");
            }
        }
        Fact fact;
        while ((fact = told.poll()) != null) {
            facts.state(fact instanceof Fact.Ready ready ? fitness(ready) : fact);
        }
    }

    /** Who is asked whether it could be the source says no where its images could not be shown or written. */
    private Fact fitness(Fact.Ready ready) {
        return replica.unfit()
                .<Fact>map(why -> new Fact.Refused(ready.commandId(), why))
                .orElse(ready);
    }

    /**
     * A server that was the source until it was fenced, or handed over, is one no more once another has begun a term; its
     * position passes that only when the file says so. True unless that could not be written.
     */
    private boolean settledRole() {
        if (!replica.flushes().idle() || !replica.isDeposed()) {
            return true;
        }
        try {
            replica.become(Role.DESTINATION);
            return true;
        } catch (IOException e) {
            LOG.debug(
                    "mirror={} still says that it is the source: {}",
                    replica.definition().mirror(),
                    e.getMessage(),
                    e);
            return false;
        }
    }

    private void tellHole() {
        Optional<String> hole = replica.chain().hole();
        if (hole.isPresent() == waitsAtHole) {
            return;
        }
        waitsAtHole = hole.isPresent();
        String mirror = replica.definition().mirror();
        hole.ifPresentOrElse(
                why -> LOG.warn("mirror={} stands still: {}", mirror, why),
                () -> LOG.info("mirror={} goes on: what was missing has come, or was given up", mirror));
        facts.beat();
    }

    private void finishFlush(long nowNs) {
        Optional<FlushCycle.Done> done = replica.flushes().poll(nowNs);
        done.ifPresent(flush -> {
            replica.flushed(flush);
            offsets.flushed(replica.flushed(), replica.chain());
            deallocator.flushed(replica.chain().trails());
            facts.state(new Fact.Flushed(replica.flushed().epoch().lastSealed(), flush.durationMs(), flush.bytes()));
        });
    }

    private void beginFlush(Follower.Outcome followed, long nowNs) {
        if (followed == Follower.Outcome.FULL || hasOnlySealToFlush()) {
            triggers.press();
        }
        boolean makesRoomForOrder = followed == Follower.Outcome.FULL && flushOrder.isAhead();
        if (makesRoomForOrder || flushOrder.isReached()) {
            triggers.order();
        }
        if (triggers.due(dirtyBytes(), nowNs) && replica.flushes().idle()) {
            startFlush();
        }
    }

    /** A seal that came after its epoch's records were flushed costs no block, and is what a release waits for. */
    private boolean hasOnlySealToFlush() {
        return replica.flushes().idle()
                && replica.cache().dirtyBytes() == 0
                && replica.chain().position().epoch().lastSealed()
                        > replica.flushed().epoch().lastSealed();
    }

    private long dirtyBytes() {
        return Math.max(replica.cache().dirtyBytes(), hasOnlySealToFlush() ? 1 : 0);
    }

    private void startFlush() {
        triggers.reset();
        replica.beginFlush();
    }

    private void giveBack(long nowNs) {
        Definition newer = redefined.getAndSet(null);
        if (newer != null) {
            deallocator.redefined(newer);
        }
        MirrorStatus status = announced.getAndSet(null);
        if (status != null) {
            deallocator.status(status);
        }
        List<Fact> done = deallocator.step(nowNs);
        facts.deleting(deallocator.refusal(), deallocator.generation());
        done.forEach(facts::state);
    }

    private void beat(Follower.Outcome followed, long nowNs) {
        if (renewals.due(nowNs)) {
            offsets.renew();
        }
        boolean due = beats.due(nowNs);
        boolean passedSomething = followed == Follower.Outcome.MOVED;
        if (isLevel(followed) && (due || passedSomething)) {
            offsets.level(replica.flushed(), replica.chain(), follower.passedOffset());
        }
        if (due) {
            facts.beat();
        }
    }

    private boolean isLevel(Follower.Outcome followed) {
        return followed != Follower.Outcome.FULL
                && replica.flushes().idle()
                && dirtyBytes() == 0
                && replica.chain().sequence() == replica.flushed().sequence();
    }
}
