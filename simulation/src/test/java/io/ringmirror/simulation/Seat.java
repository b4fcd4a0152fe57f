package io.ringmirror.simulation;

import io.ringmirror.consumer.DestinationMirror;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.Claim;
import io.ringmirror.producer.InflightBound;
import io.ringmirror.producer.NotOwnerException;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.SourceRole;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.PositionCheck;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;

/**
 * A server's place in one mirror: what its process does for it, as a server does it. It starts as the source if it may,
 * else as a destination; it goes on as one when it was fenced or handed the role over; it takes the role when it is told
 * to. The owner, the disk's thread and the network's thread are stepped apart, and also within each other's calls, as
 * real threads are.
 */
final class Seat {
    private static final long FINISH_BOUND_NS = 3_000_000_000L;
    private static final Set<Role> EITHER = Set.of(Role.SOURCE, Role.DESTINATION);
    private static final long PAUSE_NS = 500_000_000L;
    private static final long RETAKE_PAUSE_NS = 5_000_000_000L;
    private static final long REMADE_UNSEEN_NS = 3_000_000_000L;

    private final World world;
    private final SimulatedServer server;
    private final SimulatedMirror mirror;
    private final UUID replicaId;
    private final SimulatedDisk disk;

    private SimulatedProcess process;
    private TaskQueue diskTasks = new TaskQueue();
    private TaskQueue networkTasks = new TaskQueue();
    private Replica replica;
    private SourceRole source;
    private DestinationMirror destination;
    private Session session;
    private SimulatedDefinitions.Reader definitions;
    private int statusRead;
    private long startAtNs;
    private long diskSleepsUntilNs;
    private long finishByNs;
    private boolean finishing;
    private boolean handingOver;
    private boolean resigning;
    private Claim.Ordered order;
    private boolean promoted;
    private boolean gaveUp;
    private boolean claiming;
    private OptionalLong servedTerm = OptionalLong.empty();
    private long followsSinceNs;
    private boolean ending;
    private boolean stopped;
    private boolean suspected;
    private Throwable failure;
    private boolean ownerOnStack;
    private boolean diskOnStack;

    Seat(World world, SimulatedServer server, SimulatedMirror mirror, UUID replicaId, Role first) {
        this.world = world;
        this.server = server;
        this.mirror = mirror;
        this.replicaId = replicaId;
        this.disk = new SimulatedDisk(world, this, mirror.definition(), first);
        server.add(this);
    }

    /** One of its threads does something. */
    void act() {
        if (server.process() == null) {
            return;
        }
        if (process != server.process() && !isOnStack()) {
            arrive();
        }
        if (process != server.process()) {
            return;
        }
        switch (world.chance().below(8)) {
            case 0, 1, 2 -> runOwner();
            case 3, 4, 5 -> runDisk();
            case 6 -> networkTasks.runOne(world.chance());
            default -> {
                readStatus();
                watchRing();
            }
        }
    }

    private void arrive() {
        process = server.process();
        diskTasks = new TaskQueue();
        networkTasks = new TaskQueue();
        startAtNs = world.nowNs();
        claiming = true;
        servedTerm = OptionalLong.empty();
        definitions = mirror.definitions().reader();
        statusRead =
                Math.max(0, mirror.tracker().statuses().size() - world.chance().between(1, 5));
    }

    private void runOwner() {
        if (ownerOnStack) {
            return;
        }
        ownerOnStack = true;
        try {
            if (ending) {
                end();
            } else if (mayClaim()) {
                finish(false);
            } else if (owner() != null) {
                step();
            } else if (isConcerned() && world.nowNs() >= startAtNs && !diskOnStack && !stopped) {
                start();
            }
        } catch (Killed e) {
            world.note("%s: its owner's thread is gone", this);
        } finally {
            ownerOnStack = false;
        }
        sweep();
    }

    private void runDisk() {
        if (diskOnStack || diskTasks.isEmpty() || (!world.calm() && world.nowNs() < diskSleepsUntilNs)) {
            return;
        }
        diskOnStack = true;
        try {
            diskTasks.runOne(world.chance());
        } catch (Killed e) {
            world.note("%s: its disk's thread is gone", this);
        } finally {
            diskOnStack = false;
        }
        sweep();
    }

    private OwnerThread.Owner owner() {
        return source == null ? destination : source.owner();
    }

    private void step() {
        try {
            if (!finishing) {
                owner().step(world.nowNs());
            } else if (owner().finish(world.nowNs()) || world.nowNs() > finishByNs) {
                ending = true;
            }
        } catch (Exception | Error e) {
            failure = e;
            ending = true;
        }
        if (!process.isDead() && replica != null && !ending) {
            mirror.invariants().stepped(this, replica);
        }
    }

    /** The owner's end; it waits for a flush that is being written. */
    private void end() {
        if (diskOnStack) {
            return;
        }
        process.requireAlive();
        world.note("%s: ends as %s: %s", this, source == null ? "destination" : "source", failure);
        requireNoFault();
        boolean wasSource = source != null;
        owner().end(Optional.ofNullable(failure));
        process.requireAlive();
        if (wasSource) {
            gaveUp = resigning && !disk.keptRole();
            boolean handedOver = failure == null && (gaveUp || handingOver);
            if (handedOver) {
                mirror.ring().handOver(session.producer());
            }
            claiming = !handedOver && !(failure instanceof FencedException);
            mirror.resigned(gaveUp);
            session.ended();
        }
        leave();
        stopped = failure instanceof ChainException;
        startAtNs = world.nowNs() + (failure == null || promoted ? 0 : PAUSE_NS);
        failure = null;
    }

    private void requireNoFault() {
        boolean expected = failure == null
                || failure instanceof FencedException
                || failure instanceof KafkaException
                || isLoss(failure);
        if (!expected) {
            world.fail("I2", this + " cannot go on: " + failure, failure);
        }
    }

    /**
     * Brokers lost records, the ring is another topic, or it was registered when the ring was not whole any more; and this
     * replica says so: it stops for good.
     */
    private boolean isLoss(Throwable problem) {
        boolean expected = mirror.hasLost()
                || mirror.ring().isRemade()
                || !mirror.definitions().registers(this);
        return expected && problem instanceof ChainException;
    }

    /** As a server does it twice a second: a log that ends before what the mirror holds has lost records. */
    private void watchRing() {
        if (mirror.ring().isRemade()) {
            noticeRemade();
            return;
        }
        if (!mirror.hasLost() || owner() == null || ending || ownerOnStack) {
            return;
        }
        Optional<ChainException> lost = PositionCheck.lostRecords(
                replica.shown(), log -> Optional.of(mirror.ring().log(log).highWatermark()));
        if (lost.isPresent() && suspected) {
            failure = lost.get();
            ending = true;
        }
        suspected = lost.isPresent();
    }

    /** As a server does it by the topic's id, within a few seconds. */
    private void noticeRemade() {
        boolean seen = world.nowNs() - mirror.ring().remadeNs() > REMADE_UNSEEN_NS
                || world.chance().oneIn(20);
        if (seen && owner() != null && !ending && !ownerOnStack) {
            failure = anotherTopic();
            ending = true;
        }
    }

    private static ChainException anotherTopic() {
        return new ChainException(ChainException.Kind.TOPIC_GONE, "the topic has another id");
    }

    private void stop(RuntimeException why) {
        process.requireAlive();
        if (!isLoss(why)) {
            world.fail("I2", this + " cannot start: " + why, why);
        }
        world.note("%s: stops: %s", this, why.getMessage());
        stopped = true;
        replica = null;
    }

    /**
     * As a server does it: the role, if it had it or was told to take it; else it follows. One that was fenced follows for a
     * while, and claims the role again if nobody has begun a term.
     */
    private void start() {
        if (mirror.ring().isRemade()) {
            stop(anotherTopic());
            return;
        }
        boolean ordered = promoted;
        boolean claims = ordered || claiming;
        promoted = false;
        claiming = false;
        try {
            if (claims) {
                takeRole(ordered ? order() : new Claim.Owner(servedTerm));
            } else {
                follow();
            }
        } catch (NotOwnerException e) {
            world.note("%s: %s", this, e.getMessage());
            order = null;
            follow();
        } catch (IOException | KafkaException e) {
            giveUpStart(e);
            promoted = ordered;
            claiming = claims && !ordered;
        } catch (RuntimeException e) {
            stop(e);
        }
    }

    private Claim order() {
        return new Claim.Ordered(
                order.expectedTerm(), order.deadlineMs(), mirror.ring().handedOver());
    }

    /** Whether it should be the source: nobody has taken the role from it, or it was ordered to, and was overtaken. */
    private boolean mayClaim() {
        if (!isFollowing() || world.nowNs() < followsSinceNs + RETAKE_PAUSE_NS) {
            return false;
        }
        promoted = order != null && !replica.ownsLastTerm();
        claiming = !promoted && replica.ownsLastTerm();
        return promoted || claiming;
    }

    private void takeRole(Claim claim) throws IOException, NotOwnerException {
        boolean wasOrdered = disk.statedLast() == Role.SOURCE;
        SimulatedProducer producer = mirror.ring().producer(process);
        Sleeper sleeper = new Sleeper();
        replica = new Replica(
                definitions.known(), disk.open(process), world.conditions().cacheBytes(), diskTasks, sleeper::wake);
        try {
            MirrorFacts facts = new MirrorFacts(
                    mirror.events().publisher(process),
                    replica,
                    server.name(),
                    Role.SOURCE,
                    EITHER,
                    world.conditions().source().beat());
            SourceRole.Ports ports = new SourceRole.Ports(
                    producer,
                    mirror.ring().encoder(),
                    mirror.ring().grower(process),
                    mirror.ring().stands(process),
                    () -> "",
                    mirror.ring().eraser(process),
                    facts::deleting,
                    diskTasks,
                    networkTasks,
                    facts::state,
                    InflightBound.of(world.conditions().source().inflightBytes()),
                    world::nowNs);
            SimulatedReader reader = new SimulatedReader(world, mirror.ring(), process);
            source = SourceRole.take(
                    replica, server.name(), reader, ports, world.conditions().source(), claim, sleeper);
        } finally {
            if (source == null && !process.isDead()) {
                replica.close();
                producer.close();
            }
        }
        world.note("%s: takes the role as %s", this, claim);
        gaveUp &= !wasOrdered && !(claim instanceof Claim.Ordered);
        world.require(!gaveUp, "I3", "%s resigned, and took the role again", this);
        mirror.resigned(false);
        servedTerm = OptionalLong.of(replica.chain().term() + 1);
        mirror.invariants().tookRole(this, replica, producer, claim);
        handOn();
        session = new Session(world, this, replica, source.devices(), producer);
        mirror.clients().opened(session);
    }

    private void follow() {
        replica = new Replica(
                definitions.known(), disk.open(process), world.conditions().cacheBytes(), diskTasks, () -> {});
        try {
            MirrorFacts facts = new MirrorFacts(
                    mirror.events().publisher(process),
                    replica,
                    server.name(),
                    Role.DESTINATION,
                    EITHER,
                    world.conditions().destination().beat());
            SimulatedReader reader = new SimulatedReader(world, mirror.ring(), process);
            destination = DestinationMirror.follow(
                    replica,
                    reader,
                    reader,
                    mirror.ring().eraser(process),
                    world.conditions().destination(),
                    facts);
            followsSinceNs = world.nowNs();
            handOn();
            world.note("%s: follows", this);
        } catch (KafkaException e) {
            replica.close();
            giveUpStart(e);
        } catch (RuntimeException e) {
            process.requireAlive();
            replica.close();
            stop(e);
        }
    }

    private void giveUpStart(Exception e) {
        process.requireAlive();
        world.note("%s: does not start: %s", this, e.getMessage());
        replica = null;
        startAtNs = world.nowNs() + PAUSE_NS;
    }

    /** Whether its server has a replica of the mirror, as far as it knows. */
    private boolean isConcerned() {
        return definitions.known().replicaOf(server.name()).isPresent();
    }

    /** A server hears of definitions and statuses in any order; one whose replica was removed ends. */
    private void readDefinition() {
        if (!definitions.next()) {
            return;
        }
        world.note("%s: knows generation %d", this, definitions.known().generation());
        handOn();
    }

    private void handOn() {
        if (!isConcerned()) {
            finish(false);
        } else if (source != null) {
            source.redefined(definitions.known());
        } else if (destination != null) {
            destination.redefined(definitions.known());
        }
    }

    private void readStatus() {
        readDefinition();
        List<MirrorStatus> statuses = mirror.tracker().statuses();
        if (owner() == null || ending || statuses.isEmpty()) {
            return;
        }
        if (statusRead >= statuses.size()) {
            statusRead = world.chance().oneIn(10) ? statuses.size() - 1 : statuses.size();
            return;
        }
        statusRead = world.chance().between(statusRead, statuses.size() - 1);
        MirrorStatus status = statuses.get(statusRead);
        statusRead++;
        if (source != null) {
            if (ReleaseRule.reasonToKeep(definitions.known(), status, status.releasedEpoch())
                    .isEmpty()) {
                source.released(status.releasedEpoch());
            }
            source.status(status);
        } else {
            destination.status(status);
        }
    }

    /** Somebody's order to flush, hold or go on. */
    void order(Action action) {
        if (source != null) {
            source.order(action);
        } else if (destination != null) {
            destination.order(action);
        }
    }

    /** It is to take the role; it ends first what it does now. False if it did not hear. */
    boolean promote(Claim.Ordered claim) {
        if (process != null && !process.isDead() && !isConcerned()) {
            return true; // its replica was removed: the order is void
        }
        if (process == null || process.isDead() || stopped || owner() == null || ending || finishing) {
            return false;
        }
        if (isFollowing()) {
            world.note("%s: is promoted", this);
            order = claim;
            promoted = true;
            finish(false);
        }
        return true;
    }

    /** It is to end, and as a source to give the role up if {@code resign}. */
    void finish(boolean resign) {
        if (owner() == null || finishing) {
            return;
        }
        world.note("%s: is to finish%s", this, resign ? " and to resign" : "");
        finishing = true;
        finishByNs = world.nowNs()
                + FINISH_BOUND_NS
                + world.conditions().source().lease().toNanos();
        if (resign && source != null) {
            resigning = true;
            source.resign();
        }
    }

    /** Which definition its server has heard of, if that runs. */
    OptionalLong knownGeneration() {
        boolean runs = process != null && !process.isDead();
        return runs ? OptionalLong.of(definitions.known().generation()) : OptionalLong.empty();
    }

    /** Where it has stopped, it is started once more. */
    void retry() {
        stopped = false;
    }

    /** As a source it is to end for another one, whose order comes or not, and takes the role again where none does. */
    void handOver() {
        if (source != null && !finishing) {
            finish(false);
            handingOver = true;
            source.handOver();
        }
    }

    /** Its disk does nothing for a while. */
    void slowDisk(long ns) {
        diskSleepsUntilNs = world.nowNs() + ns;
    }

    /** The process is gone. */
    void killed(boolean powerCut) {
        disk.crash(powerCut);
        mirror.invariants().crashed(this);
        sweep();
    }

    /** Forgets what belonged to a process that is gone, once nothing of it is on the stack. */
    private void sweep() {
        if (process != null && process.isDead() && !isOnStack()) {
            leave();
            failure = null;
            promoted = false;
            stopped = false;
            order = null;
            process = null;
        }
    }

    private void leave() {
        if (session != null) {
            mirror.clients().closed(session);
        }
        session = null;
        source = null;
        destination = null;
        replica = null;
        ending = false;
        finishing = false;
        handingOver = false;
        resigning = false;
        suspected = false;
    }

    boolean isOnStack() {
        return ownerOnStack || diskOnStack;
    }

    /** Whether it is source now, by what it knows. */
    boolean isSource() {
        return source != null && !ending;
    }

    /** Whether it has said that replica and ring do not fit together, and does nothing more. */
    boolean isStopped() {
        return stopped;
    }

    /** Its replica while it is open, else null. */
    Replica replica() {
        return replica;
    }

    boolean isFollowing() {
        return destination != null && !ending && !finishing;
    }

    /** The last term that it has read. */
    long term() {
        return replica.chain().term();
    }

    boolean isRunning() {
        return owner() != null && !ending && !finishing;
    }

    List<BlockDevice> devices() {
        return source.devices();
    }

    SimulatedMirror mirror() {
        return mirror;
    }

    SimulatedServer server() {
        return server;
    }

    SimulatedProcess process() {
        return process;
    }

    SimulatedDisk disk() {
        return disk;
    }

    UUID replicaId() {
        return replicaId;
    }

    @Override
    public String toString() {
        return mirror.name() + "@" + server.name();
    }
}
