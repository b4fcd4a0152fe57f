package io.ringmirror.producer;

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
import io.ringmirror.schemas.topics.TopicPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A mirror served at its source: the volumes as block devices, for an NBD front or for a program that mirrors without
 * one. It runs from {@link #start} until {@link #close}, {@link #handOver} or {@link #resign}, or until it has to give the
 * mirror up, which {@link #ended} tells. Any thread.
 */
public final class Source implements MirrorRun {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(20);

    private final SourceRole role;
    private final OwnerThread thread;
    private final Duration lease;

    private Source(SourceRole role, OwnerThread thread, Duration lease) {
        this.role = role;
        this.thread = thread;
        this.lease = lease;
    }

    /**
     * Takes the role and serves; blocks until it does.
     *
     * @param producerProperties Kafka properties of the ring's producer
     * @param growRing makes the ring have so many logs; completes with how many it has
     * @param ringStands asks whether the ring's topic is still the one of this replica
     * @param faultsOfRing what is wrong with the ring's settings, for people; may block
     * @param inflight bounds the records on their way to the log
     * @param eraser deletes records, where no destination does
     * @param claim on what ground it takes the role
     * @param definition reads the mirror's definition as it is in the log, and blocks; empty if there is none any more
     * @throws FenceException if the fence is being made anew, or was while this took it; nothing was appended
     * @throws NotOwnerException if the claim does not hold
     * @throws IOException if the replica cannot be used
     * @throws ChainException if the ring and the replica do not fit together
     */
    public static Source start(
            MirrorContext context,
            SourceSettings settings,
            Map<String, Object> producerProperties,
            IntFunction<CompletableFuture<Integer>> growRing,
            Supplier<CompletableFuture<Boolean>> ringStands,
            Supplier<String> faultsOfRing,
            InflightBound inflight,
            LogEraser eraser,
            Claim claim,
            Supplier<Optional<Definition>> definition)
            throws IOException, NotOwnerException {
        StandingFence fence = new StandingFence(context.definition(), definition);
        fence.requireStanding();
        Sleeper sleeper = new Sleeper();
        try (Opened opened = new Opened()) {
            ReplicaStore store = opened.add(context.openDirectory());
            Replica replica = opened.add(
                    new Replica(context.definition(), store, settings.cacheBytes(), context.disk(), sleeper::wake));
            SourceStart.requireRole(replica, context.server(), claim);
            RingProducer producer = opened.add(KafkaRingProducer.open(
                    context.ring(),
                    context.definition().transactionalId(),
                    settings,
                    TopicPlan.LARGEST_RECORD_BYTES,
                    producerProperties));
            MirrorFacts facts = context.facts(replica, Role.SOURCE, settings.beat());
            SourceRole.Ports ports = new SourceRole.Ports(
                    producer,
                    context.serdes().ringEncoder(context.ring()),
                    growRing,
                    ringStands,
                    faultsOfRing,
                    eraser,
                    facts::deleting,
                    context.disk(),
                    context.network(),
                    facts::state,
                    inflight,
                    System::nanoTime);
            SourceRole role = take(context, replica, ports, settings, claim, sleeper);
            fence.requireUnchanged();
            OwnerThread thread = new OwnerThread("source-" + context.mirror(), role.owner(), sleeper);
            thread.start();
            opened.keep();
            return new Source(role, thread, settings.lease());
        }
    }

    /** The volumes, in the order of the definition. */
    public List<BlockDevice> devices() {
        return role.devices();
    }

    /** The term that it began when it took the role. */
    public long term() {
        return role.term();
    }

    @Override
    public void order(Action action) {
        role.order(action);
    }

    @Override
    public void tell(Fact fact) {
        role.tell(fact);
    }

    @Override
    public Position shown() {
        return role.shown();
    }

    /** The tracker says that every replica has flushed this epoch. */
    public void released(long epoch) {
        role.released(epoch);
    }

    /** The tracker's last word, by which logs are given back where no destination does it. */
    public void status(MirrorStatus status) {
        role.status(status);
    }

    /** The definition was changed. */
    public void redefined(Definition definition) {
        role.redefined(definition);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return thread.ended();
    }

    @Override
    public void fail(Exception why) {
        thread.fail(why);
    }

    /**
     * Closes it for another server to take the role, which this one takes again where none does. One that took the role a
     * moment ago from a source that did not hand over waits for the lease of that one first: its successor does not.
     */
    public void handOver() {
        role.handOver();
        thread.close(CLOSE_BOUND.plus(lease));
    }

    /** Hands over, and gives the role up: this server does not take it again unless it is told to. */
    public void resign() {
        role.resign();
        thread.close(CLOSE_BOUND.plus(lease));
    }

    /**
     * Refuses new requests, finishes those under way, flushes if there is a log to go on in, and ends; within a bound,
     * after which it gives up what is left, which is in the log or was never acknowledged.
     */
    @Override
    public void close() {
        thread.close(CLOSE_BOUND);
    }

    /** What does not fit is stated, so that the mirror's status says it, too. */
    private static SourceRole take(
            MirrorContext context,
            Replica replica,
            SourceRole.Ports ports,
            SourceSettings settings,
            Claim claim,
            Sleeper sleeper)
            throws IOException, NotOwnerException {
        try (KafkaRingReader reader = context.openHastyReader()) {
            return SourceRole.take(replica, context.server(), reader, ports, settings, claim, sleeper);
        } catch (ChainException e) {
            ports.facts().accept(new Fact.Stopped(e.getMessage()));
            throw e;
        }
    }
}
