package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Cadence;
import io.ringmirror.replica.Chain;
import io.ringmirror.replica.FlushCycle;
import io.ringmirror.replica.LoneDeallocator;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jctools.queues.MpscArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of a mirror at its source: numbers what clients write, keeps it in the first cache, has it appended to the
 * open epoch's log, answers in the order of the sequence, and rotates. One {@link OwnerThread} steps it and owns everything
 * within; it never blocks. {@code doWork} is the table of contents.
 */
final class SourceMirror implements OwnerThread.Owner {
    private static final int REQUESTS_PER_STEP = 256;
    private static final int MAX_COMMANDS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(SourceMirror.class);

    private final Replica replica;
    private final RingProducer producer;
    private final Sleeper sleeper;
    private final Chain chain;
    private final Inbox inbox;
    private final Appender appender;
    private final RingProof proof;
    private final Rotation rotation;
    private final WritePath writes;
    private final ReadPath reads;
    private final Lease lease;
    private final OldLease oldLease;
    private final InflightBound inflight;
    private final Cadence beats;
    private final Cadence renewals;
    private final LoneDeallocator deallocator;
    private final ObjLongConsumer<String> deleting;
    private final Consumer<Fact> facts;
    private final Queue<Action> commands = new MpscArrayQueue<>(MAX_COMMANDS);
    private final Queue<Fact> told = new MpscArrayQueue<>(MAX_COMMANDS);
    private Request.Change waiting;
    private Request.Flush waitingFlush;
    private volatile boolean handingOver;
    private volatile boolean resigning;

    SourceMirror(
            Replica replica,
            RingProducer producer,
            Sleeper sleeper,
            Inbox inbox,
            Appender appender,
            RingProof proof,
            Rotation rotation,
            WritePath writes,
            ReadPath reads,
            Lease lease,
            OldLease oldLease,
            InflightBound inflight,
            SourceSettings settings,
            LoneDeallocator deallocator,
            ObjLongConsumer<String> deleting,
            Consumer<Fact> facts) {
        this.replica = replica;
        this.producer = producer;
        this.sleeper = sleeper;
        this.chain = replica.chain();
        this.inbox = inbox;
        this.appender = appender;
        this.proof = proof;
        this.rotation = rotation;
        this.writes = writes;
        this.reads = reads;
        this.lease = lease;
        this.oldLease = oldLease;
        this.inflight = inflight;
        this.beats = new Cadence(settings.beat());
        this.renewals = new Cadence(settings.transactionTimeout().dividedBy(3));
        this.deallocator = deallocator;
        this.deleting = deleting;
        this.facts = facts;
    }

    /** One round; returns how much was done. */
    private int doWork(long nowNs) {
        int work = takeCommands();
        work += dropUnwanted();
        rotation.takeRelease();
        work += takeReads();
        work += takeChanges(nowNs);
        work += takeFlushes();
        work += appender.send(nowNs);
        work += acknowledge(nowNs);
        work += lease.answerKept();
        work += finishFlush(nowNs);
        work += rotation.rotate(nowNs) ? 1 : 0;
        giveBack(nowNs);
        work += keepPace(nowNs);
        return work;
    }

    /** Gives an order, from any thread; one too many at a time is dropped and logged. */
    void order(Action action) {
        if (!commands.offer(action)) {
            LOG.warn(
                    "mirror={} order {} dropped: {} are waiting",
                    replica.definition().mirror(),
                    action,
                    MAX_COMMANDS);
        }
        sleeper.wake();
    }

    /** Has something stated, from any thread; one too many at a time is dropped. */
    void tell(Fact fact) {
        if (told.offer(fact)) {
            sleeper.wake();
        }
    }

    /** The tracker says that every replica has flushed this epoch; from any thread. */
    void released(long epoch) {
        rotation.released(epoch);
        sleeper.wake();
    }

    /** The tracker's last word, for giving logs back; from any thread. */
    void status(MirrorStatus status) {
        deallocator.status(status);
        sleeper.wake();
    }

    /** The definition was changed; from any thread. */
    void redefined(Definition definition) {
        deallocator.redefined(definition);
        sleeper.wake();
    }

    /** How far it was at its last beat, from any thread. */
    Position shown() {
        return replica.shown();
    }

    /** Another server takes the role when this ends, so that it ends no sooner than that one may write; from any thread. */
    void handOver() {
        handingOver = true;
    }

    /** The same, and this server does not take the role again by itself. */
    void resign() {
        handingOver = true;
        resigning = true;
    }

    @Override
    public boolean step(long nowNs) throws Exception {
        int work = doWork(nowNs);
        if (appender.fatal().isPresent()) {
            throw appender.fatal().get();
        }
        return work > 0;
    }

    /** No more requests: what was taken in is finished, and then flushed if there is a log to go on in. */
    @Override
    public boolean finish(long nowNs) throws Exception {
        refuse(new DeviceException(Kind.SHUTDOWN, "the server stops serving " + name()));
        rotation.obey(Action.FLUSH);
        return !step(nowNs) && atRest() && mayGo(nowNs);
    }

    /** Who hands over while the source before it may still answer reads would let the next one write too early. */
    private boolean mayGo(long nowNs) {
        return !handingOver || oldLease.isOver(nowNs);
    }

    @Override
    public void end(Optional<Throwable> failure) {
        String reason = OwnerThread.Owner.reason(failure);
        DeviceException why = new DeviceException(Kind.SHUTDOWN, name() + " is not served here any more: " + reason);
        try (replica;
                producer) {
            refuse(why);
            lease.close(why);
            oldLease.close();
            appender.abandon(why);
            inflight.close();
            giveUpRole();
            facts.accept(new Fact.Stopped(reason));
        }
    }

    /**
     * Whoever resigned does not take the role again by itself. One that was fenced leaves it to the ring: where no higher
     * term has begun, nobody else has the role, and there would be nobody for good.
     */
    private void giveUpRole() {
        if (!resigning) {
            return;
        }
        try {
            replica.become(Role.DESTINATION);
        } catch (IOException e) {
            LOG.warn("mirror={} the replica still says that this server is the source: {}", name(), Reason.of(e), e);
        }
    }

    private void refuse(DeviceException why) {
        inbox.close(why);
        if (waiting != null) {
            waiting.refuse(why);
            waiting = null;
        }
        if (waitingFlush != null) {
            waitingFlush.refuse(why);
            waitingFlush = null;
        }
    }

    private boolean atRest() {
        boolean flushing =
                !replica.flushes().idle() && replica.flushes().failure().isEmpty();
        return appender.atRest() && !flushing && !rotation.flushable();
    }

    private int takeCommands() {
        int count = 0;
        Action action;
        while ((action = commands.poll()) != null) {
            rotation.obey(action);
            count++;
        }
        Fact fact;
        while ((fact = told.poll()) != null) {
            facts.accept(fact);
            count++;
        }
        return count;
    }

    /** What lost clients left behind is not waited for any more, and not done if it is not numbered yet. */
    private int dropUnwanted() {
        if (!inbox.haveSomeLeft()) {
            return 0;
        }
        DeviceException why = new DeviceException(Kind.SHUTDOWN, "whoever asked for it is gone");
        if (waiting != null && !waiting.wanted()) {
            waiting.refuse(why);
            waiting = null;
        }
        if (waitingFlush != null && !waitingFlush.wanted()) {
            waitingFlush.refuse(why);
            waitingFlush = null;
        }
        inbox.refuseUnwanted(why);
        appender.refuseUnwanted(why);
        lease.refuseUnwanted(why);
        return 1;
    }

    private int takeReads() {
        int count = 0;
        Request request;
        while (count < REQUESTS_PER_STEP && (request = inbox.pollRead()) != null) {
            reads.handle(request);
            count++;
        }
        return count;
    }

    private int takeChanges(long nowNs) {
        int count = 0;
        if (!oldLease.isOver(nowNs)) {
            return count;
        }
        while (count < REQUESTS_PER_STEP && nextWaiting() && take(waiting)) {
            waiting = null;
            count++;
        }
        return count;
    }

    private int takeFlushes() {
        int count = 0;
        while (count < REQUESTS_PER_STEP && nextFlush() && writes.flush(waitingFlush)) {
            waitingFlush = null;
            count++;
        }
        return count;
    }

    private boolean nextFlush() {
        if (waitingFlush == null) {
            waitingFlush = inbox.pollFlush();
        }
        return waitingFlush != null;
    }

    private boolean nextWaiting() {
        if (waiting == null) {
            waiting = inbox.pollChange();
        }
        return waiting != null;
    }

    private boolean take(Request.Change request) {
        if (appender.full() || rotation.atByteBound()) {
            return false;
        }
        if (!inflight.mayTake(appender.queuedBytes(), request.payloadBytes())) {
            return false;
        }
        if (!writes.take(request)) {
            rotation.press();
            return false;
        }
        return true;
    }

    /**
     * What the log has leaves the queue in the order of its numbers, and only then is anybody answered. What does not fit
     * stays in it: those who wait for it are refused when this owner ends.
     */
    private int acknowledge(long nowNs) {
        int count = 0;
        if (appender.finishRenewal()) {
            proof.renewed();
            count++;
        }
        Append append;
        while ((append = appender.acknowledged()) != null && proof.covers(append, nowNs)) {
            RingEntry entry = append.follow(chain);
            appender.remove();
            lease.proven(append.handedOverNs());
            append.complete(null);
            if (entry != null) {
                tell(entry);
            }
            count++;
        }
        if (count > 0) {
            inflight.queued(appender.queuedBytes());
        }
        return count;
    }

    private void tell(RingEntry entry) {
        LogBody body = entry.record().body();
        if (body instanceof LogBody.TermBegin) {
            facts.accept(new Fact.TermBegun(entry.log(), entry.offset()));
        } else if (body instanceof LogBody.EpochBegin) {
            facts.accept(new Fact.EpochOpened(entry.record().epoch(), entry.log(), entry.offset()));
        } else if (body instanceof LogBody.EpochEnd) {
            rotation.sealed();
            facts.accept(new Fact.EpochSealed(entry.record().epoch()));
            replica.startFlush();
        }
    }

    private int finishFlush(long nowNs) {
        Optional<FlushCycle.Done> done = replica.flushes().poll(nowNs);
        if (done.isEmpty()) {
            return 0;
        }
        FlushCycle.Done flush = done.get();
        replica.flushed(flush);
        deallocator.flushed();
        facts.accept(new Fact.Flushed(replica.flushed().epoch().lastSealed(), flush.durationMs(), flush.bytes()));
        return 1;
    }

    private void giveBack(long nowNs) {
        List<Fact> done = deallocator.step(nowNs);
        deleting.accept(deallocator.refusal(), deallocator.generation());
        if (!done.isEmpty()) {
            done.forEach(facts);
        }
    }

    private int keepPace(long nowNs) {
        if (renewals.due(nowNs)) {
            appender.renew();
        }
        if (!beats.due(nowNs)) {
            return 0;
        }
        if (appender.isEmpty()) {
            writes.beat();
            rotation.beaten();
        }
        Fact beat = replica.beat();
        facts.accept(appender.standstill()
                .or(proof::standstill)
                .<Fact>map(Fact.Stopped::new)
                .orElse(beat));
        return 1;
    }

    private String name() {
        return "mirror " + replica.definition().mirror();
    }
}
