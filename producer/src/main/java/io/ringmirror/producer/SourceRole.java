package io.ringmirror.producer;

import io.ringmirror.replica.LogEraser;
import io.ringmirror.replica.LoneDeallocator;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.RingReader;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.serde.RingEncoder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * The role of a mirror's source, taken over ports: the owner, still without a thread, and the volumes that hand it
 * requests. A server runs it over Kafka and files ({@link Source}); a simulation steps it over ports of its own.
 */
public final class SourceRole {
    private final SourceMirror owner;
    private final OwnerThread.Owner inTurn;
    private final List<BlockDevice> devices;
    private final long term;

    private SourceRole(OwnerThread.Owner inTurn, SourceMirror owner, List<BlockDevice> devices, long term) {
        this.term = term;
        this.inTurn = inTurn;
        this.owner = owner;
        this.devices = devices;
    }

    /**
     * What a source works with, besides its replica.
     *
     * @param producer not fenced yet; closed by the owner's end
     * @param encoder of the ring's records
     * @param growRing makes the ring have so many logs; completes with how many it has
     * @param ringStands asks brokers whether the topic of the ring's name is the one that the replica follows, and no other
     *     made anew under that name
     * @param faultsOfRing what is wrong with the ring's settings, for people; may block
     * @param eraser deletes records, where no destination does
     * @param deleting told, on the owner's thread, why released records cannot be deleted, if so, and by which generation of
     *     the definition they are
     * @param disk runs reads of images; its threads block on the disk
     * @param network runs the producer's blocking calls
     * @param facts told what happened, on the owner's thread
     * @param inflight bounds what is queued; closed by the owner's end
     * @param clockNs the monotonic clock that the owner is stepped by
     */
    public record Ports(
            RingProducer producer,
            RingEncoder encoder,
            IntFunction<CompletableFuture<Integer>> growRing,
            Supplier<CompletableFuture<Boolean>> ringStands,
            Supplier<String> faultsOfRing,
            LogEraser eraser,
            ObjLongConsumer<String> deleting,
            Executor disk,
            Executor network,
            Consumer<Fact> facts,
            InflightBound inflight,
            LongSupplier clockNs) {}

    /**
     * Takes the role; blocks until it is taken and the term's first record is queued.
     *
     * @param replica open; closed by the owner's end, or by the caller if this throws
     * @param reader of the ring; not used after this returns
     * @param claim on what ground the role is taken
     * @param sleeper wakes whoever steps the owner
     * @throws NotOwnerException if the claim does not hold
     * @throws io.ringmirror.replica.ChainException if the ring and the replica do not fit together
     * @throws IOException if the replica cannot be written
     */
    public static SourceRole take(
            Replica replica,
            String server,
            RingReader reader,
            Ports ports,
            SourceSettings settings,
            Claim claim,
            Sleeper sleeper)
            throws IOException, NotOwnerException {
        new SourceStart(server, replica, reader, ports.producer(), claim).takeRole();
        OldLease oldLease = OldLease.begin(
                replica,
                ports.disk(),
                owesLease(claim, replica),
                settings.lease().toNanos(),
                ports.clockNs().getAsLong());
        Lease lease = new Lease(replica.definition().mirror(), settings.lease(), ports.clockNs(), sleeper::wake);
        Inbox inbox = new Inbox(sleeper);
        Turn turn = new Turn(ports.clockNs());
        ReadPath reads = new ReadPath(replica.cache(), replica.images(), ports.disk(), turn, lease);
        Doorbell doorbell = new Doorbell(sleeper, turn);
        SourceMirror owner =
                assemble(replica, server, ports, settings, inbox, reads, lease, oldLease, doorbell, sleeper);
        int maxRequestBytes = settings.maxRequestBytes();
        return new SourceRole(
                turn.taking(owner),
                owner,
                MirrorDevice.all(replica.definition(), maxRequestBytes, inbox, doorbell, reads),
                replica.chain().term() + 1);
    }

    /** The volumes, in the order of the definition. */
    public List<BlockDevice> devices() {
        return devices;
    }

    /** The term that begins with this role. */
    public long term() {
        return term;
    }

    /** What is to be stepped. */
    public OwnerThread.Owner owner() {
        return inTurn;
    }

    /** Gives the owner an order, from any thread. */
    public void order(Action action) {
        owner.order(action);
    }

    /** The tracker says that every replica has flushed this epoch; from any thread. */
    public void released(long epoch) {
        owner.released(epoch);
    }

    /** The tracker's last word, for giving logs back; from any thread. */
    public void status(MirrorStatus status) {
        owner.status(status);
    }

    /** The definition was changed; from any thread. */
    public void redefined(Definition definition) {
        owner.redefined(definition);
    }

    /** Has the owner state something, from any thread. */
    public void tell(Fact fact) {
        owner.tell(fact);
    }

    /** How far the owner was at its last beat, from any thread. */
    public Position shown() {
        return owner.shown();
    }

    /** Has the owner end no sooner than another server may write that takes the role then. From any thread. */
    public void handOver() {
        owner.handOver();
    }

    /** Has the owner hand over, and give the role up when it ends: this server does not take it again by itself. From any thread. */
    public void resign() {
        owner.resign();
    }

    /** Who had the role itself waits for nobody, unless it died while it waited. */
    private static boolean owesLease(Claim claim, Replica replica) {
        return claim instanceof Claim.Ordered order ? !order.handedOver() : replica.owesLease();
    }

    private static SourceMirror assemble(
            Replica replica,
            String server,
            Ports ports,
            SourceSettings settings,
            Inbox inbox,
            ReadPath reads,
            Lease lease,
            OldLease oldLease,
            Doorbell doorbell,
            Sleeper sleeper) {
        String mirror = replica.definition().mirror();
        Numbering numbering = new Numbering(replica.chain());
        Appender appender = new Appender(
                mirror,
                ports.producer(),
                ports.network(),
                settings.inflightBytes(),
                sleeper::wake,
                new Retries(mirror, ports.network(), ports.faultsOfRing()));
        Ring ring = new Ring(
                mirror,
                replica.definition().ring(),
                replica.chain(),
                ports.producer().logs(),
                ports.growRing(),
                sleeper::wake);
        WritePath writes = new WritePath(
                replica.volumes(),
                replica.cache(),
                numbering,
                appender,
                ports.encoder(),
                settings.ack(),
                doorbell::outcome);
        writes.append(numbering.termBegin(server, replica.replicaId()));
        return new SourceMirror(
                replica,
                ports.producer(),
                sleeper,
                inbox,
                appender,
                new RingProof(replica.chain(), ports.ringStands(), sleeper::wake),
                new Rotation(replica, numbering, writes, ring, settings),
                writes,
                reads,
                lease,
                oldLease,
                ports.inflight(),
                settings,
                new LoneDeallocator(replica, ports.eraser()),
                ports.deleting(),
                ports.facts());
    }
}
