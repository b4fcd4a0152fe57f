package io.ringmirror.simulation;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.MemoryPositions;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaStore;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one replica has on its disk, through all lives of its server: images that forget what was not forced, and a
 * position file that is the old or the new. Each call may fail, take a while, or be the last of its process.
 */
final class SimulatedDisk {
    private final World world;
    private final Seat seat;
    private final List<Platter> platters = new ArrayList<>();
    private final MemoryPositions positions;
    private long fullUntilNs;
    private boolean keptRole;
    private Role statedLast;
    private boolean owesLease;

    SimulatedDisk(World world, Seat seat, Definition definition, Role first) {
        this.world = world;
        this.seat = seat;
        for (Definition.Volume volume : definition.volumes()) {
            platters.add(new Platter((int) volume.sizeBytes()));
        }
        this.statedLast = first;
        this.positions = new MemoryPositions(
                seat.replicaId(), first, Position.origin(definition.mirrorId(), "cluster", "topic"));
    }

    /** The replica as a process opens it. */
    ReplicaStore open(SimulatedProcess process) {
        positions.reopened();
        keptRole = false;
        seat.mirror().invariants().opened(seat);
        return new Store(process);
    }

    /** The process is gone; the machine with it if the power was cut. */
    void crash(boolean powerCut) {
        if (powerCut) {
            platters.forEach(platter -> platter.cutPower(world.chance()));
        }
    }

    /** Whether its server has said that the source before it may still answer reads. */
    boolean owesLease() {
        return owesLease;
    }

    /** Nothing can be written for a while. */
    void fill(long ns) {
        fullUntilNs = world.nowNs() + ns;
    }

    Checkpoint checkpoint() {
        return positions.written();
    }

    List<byte[]> current() {
        return platters.stream().map(Platter::current).toList();
    }

    List<byte[]> durable() {
        return platters.stream().map(Platter::durable).toList();
    }

    /** The role that was last to be stated, whether it was or not. */
    Role statedLast() {
        return statedLast;
    }

    /** Whether a change of role could not be stated since it was opened. */
    boolean keptRole() {
        return keptRole;
    }

    private void begin(SimulatedProcess process) {
        process.requireAlive();
        process.mayDie();
        world.interleave();
        process.requireAlive();
    }

    private boolean fails() {
        boolean full = !world.calm() && world.nowNs() < fullUntilNs;
        return full || world.fault(world.conditions().diskFaultOneIn());
    }

    private void failIf(boolean fails, String what) throws IOException {
        if (fails) {
            world.note("%s: %s fails", seat, what);
            throw new IOException(what + " fails");
        }
    }

    /** A replica, open. */
    private final class Store implements ReplicaStore {
        private final SimulatedProcess process;
        private final List<VolumeImage> images = new ArrayList<>();

        Store(SimulatedProcess process) {
            this.process = process;
            platters.forEach(platter -> images.add(new Image(process, platter)));
        }

        @Override
        public Checkpoint checkpoint() {
            return positions.checkpoint();
        }

        @Override
        public List<VolumeImage> images() {
            return images;
        }

        @Override
        public void become(Role role, long epoch) throws IOException {
            statedLast = role;
            try {
                change("a change of role", () -> positions.become(role, epoch));
            } catch (IOException e) {
                keptRole = true;
                throw e;
            }
            world.note("%s: is %s on disk", seat, role);
        }

        @Override
        public void markDirty(DirtyTo to) throws IOException {
            seat.mirror().invariants().mayFlush(seat, to.sequence(), to.epoch());
            change("a mark", () -> positions.markDirty(to));
        }

        @Override
        public void advance(Position position, List<EpochTrail> trails) throws IOException {
            seat.mirror()
                    .invariants()
                    .mayFlush(seat, position.sequence(), position.epoch().number());
            change("a position", () -> {
                positions.advance(position, trails);
                world.note(
                        "%s: is flushed to epoch %d%s, sequence %d",
                        seat,
                        position.epoch().number(),
                        position.epoch().sealed() ? " sealed" : "",
                        position.sequence());
                seat.mirror().invariants().flushed(seat);
            });
        }

        @Override
        public boolean owesLease() {
            return owesLease;
        }

        @Override
        public void oweLease(boolean owed) throws IOException {
            change("a lease that is owed", () -> owesLease = owed);
        }

        /** A caller that is told of a failure believes the old; the file is replaced or not. */
        private void change(String what, Change change) throws IOException {
            begin(process);
            boolean fails = fails();
            Checkpoint before = positions.checkpoint();
            if (!fails || world.chance().oneIn(2)) {
                change.make();
            }
            if (fails) {
                positions.unheard(before);
            }
            begin(process);
            failIf(fails, what);
        }

        @Override
        public void close() throws IOException {
            process.requireAlive();
            for (VolumeImage image : images) {
                image.close();
            }
        }
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /** An image, open. */
    private final class Image implements VolumeImage {
        private final SimulatedProcess process;
        private final Platter platter;
        private boolean closed;

        Image(SimulatedProcess process, Platter platter) {
            this.process = process;
            this.platter = platter;
        }

        @Override
        public long sizeBytes() {
            return platter.current().length;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer target) throws IOException {
            process.requireAlive();
            failIf(closed || world.fault(world.conditions().diskFaultOneIn()), "a read");
            target.put(platter.current(), (int) offsetBytes, target.remaining());
        }

        @Override
        public void write(long offsetBytes, ByteBuffer... data) throws IOException {
            begin(process);
            boolean fails = fails();
            int at = (int) offsetBytes;
            for (ByteBuffer buffer : data) {
                int length = fails ? world.chance().below(buffer.remaining() + 1) : buffer.remaining();
                buffer.get(platter.current(), at, length);
                platter.changed(at, at + length);
                at += length;
                failIf(fails, "a write");
            }
        }

        @Override
        public void writeZeroes(long offsetBytes, long lengthBytes) throws IOException {
            begin(process);
            boolean fails = fails();
            int start = (int) offsetBytes;
            int end = start + (int) (fails ? world.chance().between(0, lengthBytes) : lengthBytes);
            Arrays.fill(platter.current(), start, end, (byte) 0);
            platter.changed(start, end);
            failIf(fails, "zeroing");
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes) throws IOException {
            writeZeroes(offsetBytes, lengthBytes);
        }

        @Override
        public void force() throws IOException {
            begin(process);
            if (fails()) {
                platter.failToForce(world.chance());
                failIf(true, "forcing");
            }
            platter.force();
            begin(process);
        }

        @Override
        public List<Extent> extents(long offsetBytes, long lengthBytes) {
            return List.of(new Extent(offsetBytes, lengthBytes, false));
        }

        @Override
        public long allocatedBytes() {
            return sizeBytes();
        }

        @Override
        public void close() {
            process.requireAlive();
            closed = true;
        }
    }
}
