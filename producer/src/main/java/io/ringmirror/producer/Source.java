package io.ringmirror.producer;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.MirrorContext;
import io.ringmirror.replica.Opened;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.topics.TopicPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * A mirror served at its source: the volumes as block devices, for an NBD front or for a program that mirrors without
 * one. It runs from {@link #start} until {@link #close}, or until it has to give the mirror up, which {@link #ended}
 * tells. Any thread.
 */
public final class Source implements AutoCloseable {
    /** The longest request of the NBD protocol that clients are told of. */
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    /** Clients are told a longest request of whole blocks. */
    private static final long BLOCK_BYTES = 4096;

    private final List<BlockDevice> devices;
    private final SourceMirror mirror;
    private final OwnerThread thread;

    private Source(List<BlockDevice> devices, SourceMirror mirror, OwnerThread thread) {
        this.devices = devices;
        this.mirror = mirror;
        this.thread = thread;
    }

    /**
     * Takes the role and serves; blocks until it does.
     *
     * @param producerProperties Kafka properties of the ring's producer
     * @param growRing makes the ring have so many logs; completes with how many it has
     * @throws NotOwnerException if another server owns the mirror
     * @throws IOException if the replica cannot be used
     * @throws ChainException if the ring and the replica do not fit together
     */
    public static Source start(
            MirrorContext context,
            SourceSettings settings,
            Map<String, Object> producerProperties,
            IntFunction<CompletableFuture<Integer>> growRing)
            throws IOException, NotOwnerException {
        Sleeper sleeper = new Sleeper();
        try (Opened opened = new Opened()) {
            ReplicaDirectory directory = opened.add(context.openDirectory());
            Replica replica = opened.add(
                    new Replica(context.definition(), directory, settings.cacheBytes(), context.disk(), sleeper::wake));
            RingProducer producer = opened.add(KafkaRingProducer.open(
                    context.ring(),
                    context.definition().mirrorId(),
                    settings,
                    TopicPlan.LARGEST_RECORD_BYTES,
                    producerProperties));
            MirrorFacts facts = new MirrorFacts(context.events(), replica, context.server(), Role.SOURCE);
            takeRole(context, replica, producer, facts);
            Inbox inbox = new Inbox(sleeper);
            SourceMirror mirror = assemble(context, settings, replica, producer, growRing, sleeper, inbox, facts);
            OwnerThread thread = new OwnerThread("source-" + context.mirror(), mirror, sleeper);
            thread.start();
            opened.keep();
            int maxRequestBytes =
                    (int) Math.min(MAX_REQUEST_BYTES, settings.cacheBytes() / 2 / BLOCK_BYTES * BLOCK_BYTES);
            return new Source(MirrorDevice.all(context.definition(), maxRequestBytes, inbox), mirror, thread);
        }
    }

    /** The volumes, in the order of the definition. */
    public List<BlockDevice> devices() {
        return devices;
    }

    /** Gives the owner an order. */
    public void order(Action action) {
        mirror.order(action);
    }

    /** The tracker says that every replica has flushed this epoch. */
    public void released(long epoch) {
        mirror.released(epoch);
    }

    /** Completes when the owner's thread has ended: normally after {@link #close}, else with why it gave up. */
    public CompletableFuture<Void> ended() {
        return thread.ended();
    }

    /**
     * Refuses new requests, finishes those under way, flushes if there is a log to go on in, and ends; within a bound,
     * after which it gives up what is left, which is in the log or was never acknowledged.
     */
    @Override
    public void close() {
        thread.close(Duration.ofSeconds(30));
    }

    /** What does not fit is stated, so that the mirror's status says it, too. */
    private static void takeRole(MirrorContext context, Replica replica, RingProducer producer, MirrorFacts facts)
            throws IOException, NotOwnerException {
        try (KafkaRingReader reader = context.openReader()) {
            new SourceStart(context.definition(), context.server(), replica, reader, producer).takeRole();
        } catch (ChainException e) {
            facts.state(new Fact.Stopped(e.getMessage()));
            throw e;
        }
    }

    private static SourceMirror assemble(
            MirrorContext context,
            SourceSettings settings,
            Replica replica,
            RingProducer producer,
            IntFunction<CompletableFuture<Integer>> growRing,
            Sleeper sleeper,
            Inbox inbox,
            MirrorFacts facts) {
        Numbering numbering = new Numbering(replica.chain());
        Appender appender =
                new Appender(context.mirror(), producer, context.network(), settings.inflightBytes(), sleeper::wake);
        Ring ring = new Ring(
                context.mirror(),
                context.definition().ring(),
                replica.chain(),
                producer.logs(),
                growRing,
                sleeper::wake);
        WritePath writes = new WritePath(
                context.ring(),
                replica.volumes(),
                replica.cache(),
                numbering,
                appender,
                context.serdes().logRecords().serializer(),
                settings.ack(),
                sleeper::wake);
        writes.append(numbering.termBegin(context.server(), replica.replicaId()));
        ReadPath reads = new ReadPath(replica.cache(), replica.images(), context.disk());
        return new SourceMirror(
                replica,
                producer,
                sleeper,
                inbox,
                appender,
                new Rotation(replica, numbering, writes, ring, settings),
                writes,
                reads,
                settings,
                facts::state);
    }
}
