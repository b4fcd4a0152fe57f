package io.ringmirror.simulation;

import io.ringmirror.producer.Claim;
import io.ringmirror.replica.CatchUp;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.Checkpoints;
import io.ringmirror.replica.store.MemoryPositions;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.volume.OverlayRead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The invariants of one mirror, I1 to I10, each looked at where it could be broken. They know what is on the disks and in
 * the log, and nothing of what the code under test believes.
 */
final class Invariants {
    private final World world;
    private final SimulatedMirror mirror;
    private final Map<Seat, Reference> references = new HashMap<>();
    private final Map<Seat, Checkpoint> older = new HashMap<>();
    private final Map<Integer, Long> epochInLog = new HashMap<>();
    private final Map<Seat, Long> releasedBefore = new HashMap<>();
    private long acknowledged;
    private long writtenBehindFence;
    private long released;

    Invariants(World world, SimulatedMirror mirror) {
        this.world = world;
        this.mirror = mirror;
    }

    /**
     * Brokers are about to lose records. From then on little is promised, but that remains: whatever a replica says that
     * its images hold is one history, the one that was lost or the one that the log has now, and no mixture (I2).
     */
    void losing() {
        references.clear();
        older.clear();
    }

    /** I1: what was acknowledged is in the log, which loses nothing; one made anew under its name is another. */
    void acknowledged(Operation operation) {
        acknowledged++;
        if (mirror.hasLost()) {
            return;
        }
        Definition.Volume volume = mirror.definition().volumes().get(operation.volume());
        History history = mirror.history();
        boolean there = operation.kind() == Operation.Kind.WRITE
                ? history.hasWrite(operation.number())
                : history.countZeroes(
                                volume.name(),
                                operation.offset(),
                                operation.length(),
                                operation.kind() == Operation.Kind.DISCARD)
                        > 0;
        world.require(there, "I1", "%s: %s is acknowledged and not in the log", mirror.name(), operation);
    }

    /** A change was answered well by a source with this fence. */
    void wrote(SimulatedProducer by) {
        writtenBehindFence = Math.max(writtenBehindFence, by.fenceNumber());
    }

    /**
     * I3: a read is answered at most for the time of the lease after another source has fenced this one, and no more once
     * any that came after it has answered a change.
     */
    void read(Seat seat, Operation read, SimulatedProducer by) {
        long leaseNs = world.conditions().source().lease().toNanos();
        world.require(
                world.nowNs() < by.supersededNs() || world.nowNs() - by.supersededNs() < leaseNs,
                "I3",
                "%s answered %s %d ms after another source had fenced it",
                seat,
                read,
                (world.nowNs() - by.supersededNs()) / 1_000_000);
        world.require(
                by.fenceNumber() >= writtenBehindFence,
                "I3",
                "%s answered %s though a source after it had answered a change",
                seat,
                read);
    }

    /**
     * I1: whoever has the role and nobody after him holds everything that is in the log, and shows it. I3: he was ordered
     * to take it, or had it last.
     */
    void tookRole(Seat seat, Replica replica, SimulatedProducer producer, Claim claim) {
        if (!mirror.ring().isOwner(producer) || mirror.ring().isRemade()) {
            return;
        }
        if (mirror.hasLost()) {
            requireOneHistory(seat, replica.chain().sequence(), shown(seat, replica));
            return;
        }
        History history = mirror.history();
        world.require(
                claim instanceof Claim.Ordered
                        || history.owner(mirror.definition()).equals(seat.replicaId()),
                "I3",
                "%s took the role again, which another had got in term %d",
                seat,
                history.term());
        world.require(
                !(claim instanceof Claim.Ordered order) || order.expectedTerm().getAsLong() == history.term(),
                "I3",
                "%s obeyed %s in term %d",
                seat,
                claim,
                history.term());
        world.require(
                replica.chain().sequence() == history.sequence(),
                "I1",
                "%s took the role at sequence %d, the log has %d",
                seat,
                replica.chain().sequence(),
                history.sequence());
        byte[][] expected = reference(seat).at(history.sequence());
        List<byte[]> shown = shown(seat, replica);
        for (int volume = 0; volume < expected.length; volume++) {
            requireEqual("I1", seat, "what it shows", expected[volume], shown.get(volume));
        }
    }

    /** What a replica shows on its disk and in its cache: a copy. */
    static List<byte[]> shown(Seat seat, Replica replica) {
        List<byte[]> shown = seat.disk().current().stream().map(byte[]::clone).toList();
        for (int volume = 0; volume < shown.size(); volume++) {
            overlay(replica, volume, shown.get(volume));
        }
        return shown;
    }

    /** I2, at the end of a run with a loss: somebody says that something is wrong, or all have one history. */
    void endedAfterLoss() {
        List<Seat> running = mirror.seats().stream().filter(Seat::isRunning).toList();
        for (Seat seat : running) {
            world.require(seat.replica().readable(), "I2", "%s holds a mixture and does not say so", seat);
            requireOneHistory(seat, seat.replica().chain().sequence(), shown(seat, seat.replica()));
        }
        boolean said = mirror.seats().stream().anyMatch(Seat::isStopped)
                || mirror.tracker().saysDiverged();
        world.require(
                said
                        || areOf(mirror.history(), running)
                        || areOf(mirror.history().lost(), running),
                "I2",
                "%s has two histories and nobody says so: %s",
                mirror.name(),
                mirror.describe());
    }

    private boolean areOf(History history, List<Seat> seats) {
        return seats.stream()
                .allMatch(seat -> isOf(history, seat.replica().chain().sequence(), shown(seat, seat.replica())));
    }

    private void requireOneHistory(Seat seat, long sequence, List<byte[]> found) {
        world.require(
                isOf(mirror.history().lost(), sequence, found) || isOf(mirror.history(), sequence, found),
                "I2",
                "%s says that its images are whole at sequence %d; they are neither what was lost nor what the log has",
                seat,
                sequence);
    }

    private boolean isOf(History history, long sequence, List<byte[]> found) {
        if (sequence > history.sequence()) {
            return false;
        }
        byte[][] expected = new Reference(history, mirror.definition().volumes()).at(sequence);
        for (int volume = 0; volume < expected.length; volume++) {
            if (!Arrays.equals(expected[volume], found.get(volume))) {
                return false;
            }
        }
        return true;
    }

    private static void overlay(Replica replica, int volume, byte[] image) {
        ByteBuffer target = ByteBuffer.wrap(image);
        OverlayRead unused = OverlayRead.of(replica.cache(), volume, 0, target);
    }

    /** Log before image: only what is in the log is flushed. */
    void mayFlush(Seat seat, long sequence, long epoch) {
        if (isOver()) {
            return;
        }
        world.require(
                sequence <= mirror.history().sequence()
                        && epoch <= mirror.history().epoch(),
                "I2",
                "%s flushes to epoch %d, sequence %d; the log has epoch %d, sequence %d",
                seat,
                epoch,
                sequence,
                mirror.history().epoch(),
                mirror.history().sequence());
    }

    /** I2: what a position says is on the disk, for good. */
    void flushed(Seat seat) {
        if (mirror.ring().isRemade()) {
            return;
        }
        Checkpoint checkpoint = seat.disk().checkpoint();
        if (checkpoint.dirtyTo().isEmpty() && mirror.hasLost()) {
            requireOneHistory(
                    seat, checkpoint.position().sequence(), seat.disk().durable());
        } else if (checkpoint.dirtyTo().isEmpty()) {
            requireContent(seat, checkpoint.position().sequence(), seat.disk().durable());
            if (world.chance().oneIn(4)) {
                older.put(seat, checkpoint);
            }
        }
    }

    /** I2: a replica at rest is a prefix of the history; a dirty one differs where a flush under way may have written. */
    void opened(Seat seat) {
        if (mirror.ring().isRemade()) {
            return;
        }
        Checkpoint checkpoint = seat.disk().checkpoint();
        long sequence = checkpoint.position().sequence();
        if (mirror.hasLost()) {
            if (checkpoint.dirtyTo().isEmpty()) {
                requireOneHistory(seat, sequence, seat.disk().current());
            }
            return;
        }
        if (checkpoint.dirtyTo().isEmpty()) {
            requireContent(seat, sequence, seat.disk().current());
            return;
        }
        boolean[][] touched = reference(seat)
                .touched(sequence, checkpoint.dirtyTo().orElseThrow().sequence());
        byte[][] expected = reference(seat).at(sequence);
        for (int volume = 0; volume < expected.length; volume++) {
            byte[] found = seat.disk().current().get(volume);
            for (int at = Math.max(0, Arrays.mismatch(found, expected[volume])); at < found.length; at++) {
                if (found[at] != expected[volume][at] && !touched[volume][at]) {
                    world.fail(
                            "I2",
                            seat + ": byte " + at + " of volume " + volume
                                    + " changed, beyond the flush that was under way");
                }
            }
        }
    }

    void crashed(Seat seat) {
        opened(seat);
    }

    /** A replica was registered: what was released before stays so, and is deleted by nobody before this one has it. */
    void joined(Seat seat) {
        releasedBefore.put(seat, released);
    }

    /** Up to which epoch it counts as flushed there. */
    private long flushedThere(Seat seat) {
        return Math.max(
                seat.disk().checkpoint().position().epoch().lastSealed(), releasedBefore.getOrDefault(seat, 0L));
    }

    /** I4, before a record is appended: whoever opens a log finds it flushed by all. */
    void appending(int log, LogRecord record) {
        long before = epochInLog.getOrDefault(log, 0L);
        if (isOver() || record.epoch() <= before) {
            return;
        }
        epochInLog.put(log, record.epoch());
        for (Seat seat : mirror.registered()) {
            world.require(
                    flushedThere(seat) >= before,
                    "I4",
                    "epoch %d opens log %d, whose epoch %d %s has not flushed",
                    record.epoch(),
                    log,
                    before,
                    seat);
        }
    }

    /** I4, before records are deleted: all replicas have flushed them, and read on behind them. */
    void deleting(SimulatedProcess process, int number, long offset) {
        if (isOver()) {
            return;
        }
        SimulatedLog log = mirror.ring().log(number);
        world.require(
                offset <= log.highWatermark(),
                "I4",
                "%s deletes log %d before %d, beyond its end",
                process,
                number,
                offset);
        long epoch = 0;
        for (long at = log.start(); at < offset; at++) {
            LogRecord record = log.record(at);
            epoch = record == null ? epoch : Math.max(epoch, record.epoch());
        }
        world.require(epoch <= released, "I4", "%s deletes epoch %d, released are %d", process, epoch, released);
        for (Seat seat : mirror.registered()) {
            Position position = seat.disk().checkpoint().position();
            world.require(
                    position.epoch().lastSealed() >= epoch,
                    "I4",
                    "%s deletes epoch %d, which %s has not flushed",
                    process,
                    epoch,
                    seat);
            world.require(
                    position.nextLog() != number || position.nextOffset() >= offset,
                    "I4",
                    "%s deletes log %d before %d; %s reads on there at %d",
                    process,
                    number,
                    offset,
                    seat,
                    position.nextOffset());
        }
    }

    /** I10: the ring has its bound. */
    void grown(int logs) {
        world.require(
                logs <= mirror.definition().ring().maxLogs(),
                "I10",
                "%s has %d logs of at most %d",
                mirror.name(),
                logs,
                mirror.definition().ring().maxLogs());
    }

    /** The inequality as the tracker tells it, and I7: replicas that are equal are never said to differ. */
    void told(MirrorStatus status) {
        if (isOver()) {
            return;
        }
        released = Math.max(released, status.releasedEpoch());
        for (Seat seat : mirror.registered()) {
            long flushed = flushedThere(seat);
            world.require(
                    status.releasedEpoch() <= flushed,
                    "I4",
                    "epoch %d is released, %s has flushed %d",
                    status.releasedEpoch(),
                    seat,
                    flushed);
        }
        world.require(
                status.sealedEpoch() <= mirror.history().sealedEpoch(),
                "I7",
                "epoch %d is said to be sealed, the log has %d",
                status.sealedEpoch(),
                mirror.history().sealedEpoch());
        world.require(status.divergedEpoch() == 0, "I7", "replicas are said to differ: %s", status.reason());
    }

    /** The inequality within a server, and I9. */
    void stepped(Seat seat, Replica replica) {
        if (!isOver()) {
            requireInequality(seat, replica);
        }
        long cached = replica.cache().dirtyBytes() + replica.cache().flushingBytes();
        world.require(cached >= 0 && cached <= 4 * replica.cache().capacityBytes(), "I9", "%s caches %d", seat, cached);
    }

    /** Brokers lost the end of the ring, or somebody all of it: few promises are left. */
    private boolean isOver() {
        return mirror.hasLost() || mirror.ring().isRemade();
    }

    private void requireInequality(Seat seat, Replica replica) {
        History history = mirror.history();
        world.require(
                replica.flushed().sequence() <= replica.chain().sequence()
                        && replica.chain().sequence() <= history.sequence()
                        && replica.flushed().epoch().number() <= replica.chain().epoch()
                        && replica.chain().epoch() <= history.epoch(),
                "I2",
                "%s is flushed to %d, has applied %d, and the log has %d",
                seat,
                replica.flushed().sequence(),
                replica.chain().sequence(),
                history.sequence());
    }

    /** At the end: everybody has everything. */
    void level(Seat seat) {
        requireContent(seat, mirror.history().sequence(), seat.disk().durable());
    }

    /** I6 at the end: from any older position, and from nothing, the same images; and the ring is one chain. */
    void replayed() {
        for (int log = 0; log < mirror.ring().size(); log++) {
            mirror.ring().log(log).bringAllBack();
        }
        for (Seat seat : mirror.seats()) {
            Checkpoint from = older.get(seat);
            if (from != null) {
                replay(
                        seat,
                        new MemoryPositions(from, seat.disk().checkpoint()),
                        seat.disk().durable());
            }
        }
    }

    private void replay(Seat seat, Checkpoints from, List<byte[]> images) {
        ReplayStore store = new ReplayStore(from, images);
        try (Replica replica =
                new Replica(mirror.definition(), store, world.conditions().cacheBytes(), Runnable::run, () -> {})) {
            new CatchUp(replica, new SimulatedReader(world, mirror.ring(), new SimulatedProcess(seat.server(), 0)))
                    .toEnd();
            replica.flushNow();
        } catch (IOException | RuntimeException e) {
            world.fail(
                    "I6", seat + " cannot be replayed from " + from.checkpoint().position() + ": " + e, e);
        }
        requireContent(seat, mirror.history().sequence(), store.content());
    }

    private void requireContent(Seat seat, long sequence, List<byte[]> found) {
        byte[][] expected = reference(seat).at(sequence);
        for (int volume = 0; volume < expected.length; volume++) {
            requireEqual(
                    "I2", seat, "volume " + volume + " at sequence " + sequence, expected[volume], found.get(volume));
        }
    }

    private void requireEqual(String invariant, Seat seat, String what, byte[] expected, byte[] found) {
        int at = Arrays.mismatch(expected, found);
        if (at >= 0) {
            world.fail(
                    invariant,
                    seat + ": " + what + " differs from the log at byte " + at + ", " + found[at] + " for "
                            + expected[at]);
        }
    }

    private Reference reference(Seat seat) {
        return references.computeIfAbsent(
                seat, any -> new Reference(mirror.history(), mirror.definition().volumes()));
    }

    long acknowledged() {
        return acknowledged;
    }
}
