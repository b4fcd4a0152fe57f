package io.ringmirror.simulation;

import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.DeviceException;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.Replica;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients do with a source from when it took the role until it ends, and what they may expect of it: answers once,
 * in order, true (I1, I3), and reads that see every change answered before they were asked.
 */
final class Session {
    private final World world;
    private final Seat seat;
    private final SimulatedProcess process;
    private final List<BlockDevice> devices;
    private final SimulatedProducer producer;
    private final byte[][] answeredContent;
    private final List<Operation> changes = new ArrayList<>();
    private final List<Operation> good = new ArrayList<>();
    private int answeredPrefix;
    private int provenGood;
    private int lastGoodIndex = -1;
    private int unanswered;
    private int unansweredReads;

    /** Begins with what the replica holds, which is what the log has but after a loss. */
    Session(World world, Seat seat, Replica replica, List<BlockDevice> devices, SimulatedProducer producer) {
        this.world = world;
        this.seat = seat;
        this.process = seat.process();
        this.devices = devices;
        this.producer = producer;
        this.answeredContent = seat.mirror().hasLost() || seat.mirror().ring().isRemade()
                ? Invariants.shown(seat, replica).toArray(byte[][]::new)
                : new Reference(seat.mirror().history(), replica.definition().volumes())
                        .copyAt(replica.chain().sequence());
    }

    void ask(Operation operation) {
        unanswered++;
        BlockDevice device = devices.get(operation.volume());
        switch (operation.kind()) {
            case WRITE ->
                device.write(
                        operation.offset(),
                        ByteBuffer.wrap(operation.content()),
                        operation.forced(),
                        change(operation));
            case ZERO ->
                device.writeZeroes(operation.offset(), operation.length(), true, operation.forced(), change(operation));
            case DISCARD ->
                device.discard(operation.offset(), operation.length(), operation.forced(), change(operation));
            case FLUSH -> flush(device, operation);
            case READ -> read(device, operation);
        }
    }

    private BlockDevice.Completion change(Operation operation) {
        int index = changes.size();
        changes.add(operation);
        return failure -> {
            if (process.isDead()) {
                return;
            }
            answered(operation, failure);
            if (failure == null) {
                wasGood(operation, index);
            }
        };
    }

    private void wasGood(Operation operation, int index) {
        good.add(operation);
        seat.mirror().invariants().wrote(producer);
        if (world.conditions().source().ack() == AckMode.WRITE) {
            world.require(index > lastGoodIndex, "I1", "%s: %s was answered after a later one", seat, operation);
            lastGoodIndex = index;
            seat.mirror().invariants().acknowledged(operation);
        } else if (operation.forced()) {
            seat.mirror().invariants().acknowledged(operation);
        }
        while (answeredPrefix <= index) {
            apply(changes.get(answeredPrefix++));
        }
    }

    private void apply(Operation change) {
        for (int at = change.offset(); at < change.end(); at++) {
            answeredContent[change.volume()][at] = change.content(at);
        }
    }

    /** A flush covers what was answered before it was asked. */
    private void flush(BlockDevice device, Operation operation) {
        int covered = good.size();
        device.flush(failure -> {
            if (process.isDead()) {
                return;
            }
            answered(operation, failure);
            while (failure == null && provenGood < covered) {
                seat.mirror().invariants().acknowledged(good.get(provenGood++));
            }
        });
    }

    /** A read sees, at each byte, some state between when it was asked and when it is answered. */
    private void read(BlockDevice device, Operation operation) {
        unansweredReads++;
        ByteBuffer target = ByteBuffer.allocate(operation.length());
        byte[] before = new byte[operation.length()];
        System.arraycopy(answeredContent[operation.volume()], operation.offset(), before, 0, before.length);
        int from = answeredPrefix;
        device.read(operation.offset(), target, failure -> {
            if (process.isDead()) {
                return;
            }
            unansweredReads--;
            answered(operation, failure);
            if (failure == null) {
                seat.mirror().invariants().read(seat, operation, producer);
                check(operation, target.array(), before, from);
            }
        });
    }

    private void check(Operation read, byte[] got, byte[] before, int from) {
        for (int i = 0; i < got.length; i++) {
            if (got[i] != before[i] && !isFromLater(read, read.offset() + i, got[i], from)) {
                world.fail(
                        "I1",
                        seat + ": " + read + " gave " + got[i] + " at " + (read.offset() + i) + ", not " + before[i]
                                + " nor anything written since");
            }
        }
    }

    private boolean isFromLater(Operation read, int at, byte value, int from) {
        return changes.subList(from, changes.size()).stream()
                .anyMatch(change -> change.volume() == read.volume()
                        && change.offset() <= at
                        && at < change.end()
                        && change.content(at) == value);
    }

    private void answered(Operation operation, DeviceException failure) {
        world.require(!operation.answered(), "I1", "%s: %s was answered twice", seat, operation);
        world.note("%s: %s is answered: %s", seat, operation, failure == null ? "well" : failure.kind());
        operation.answer(failure);
        unanswered--;
    }

    /** Its owner has ended by itself: nobody waits for an answer, save for reads that the disk still has. */
    void ended() {
        world.require(
                unanswered == unansweredReads,
                "I5",
                "%s ended with %d requests without an answer",
                seat,
                unanswered - unansweredReads);
    }

    SimulatedProducer producer() {
        return producer;
    }

    int unanswered() {
        return unanswered;
    }

    Seat seat() {
        return seat;
    }
}
