package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.schemas.Definition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One volume of a mirror for its clients: checks each request's range and hands it to the mirror's owner, or answers a read
 * where it was asked. Any thread.
 */
final class MirrorDevice implements BlockDevice {
    private final String name;
    private final int volume;
    private final long sizeBytes;
    private final int maxRequestBytes;
    private final Inbox inbox;
    private final Doorbell doorbell;
    private final ReadPath reads;

    MirrorDevice(
            String mirror,
            int volume,
            Definition.Volume definition,
            int maxRequestBytes,
            Inbox inbox,
            Doorbell doorbell,
            ReadPath reads) {
        this.name = mirror + "/" + definition.name();
        this.volume = volume;
        this.sizeBytes = definition.sizeBytes();
        this.maxRequestBytes = maxRequestBytes;
        this.inbox = inbox;
        this.doorbell = doorbell;
        this.reads = reads;
    }

    private MirrorDevice(MirrorDevice device, Doorbell doorbell) {
        this.name = device.name;
        this.volume = device.volume;
        this.sizeBytes = device.sizeBytes;
        this.maxRequestBytes = device.maxRequestBytes;
        this.inbox = device.inbox;
        this.doorbell = doorbell;
        this.reads = device.reads;
    }

    @Override
    public BlockDevice forBatches() {
        return new MirrorDevice(this, doorbell.forBatches());
    }

    @Override
    public void endBatch() {
        doorbell.endBatch();
    }

    @Override
    public void left() {
        inbox.left();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public int maxRequestBytes() {
        return maxRequestBytes;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer target, Completion completion) {
        Request.Read request = new Request.Read(volume, offsetBytes, target, completion);
        if (!within(offsetBytes, target.remaining()) || !reads.handleBetweenSteps(request)) {
            submit(offsetBytes, target.remaining(), request);
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer data, boolean forceUnitAccess, Completion completion) {
        Request request = new Request.Write(volume, offsetBytes, data, forceUnitAccess, completion);
        if (data.remaining() > maxRequestBytes) {
            request.refuse(new DeviceException(
                    Kind.INVALID,
                    "a write of " + data.remaining() + " bytes to " + name + "; at most " + maxRequestBytes
                            + " go into its cache at once"));
        } else {
            submit(offsetBytes, data.remaining(), request);
        }
    }

    @Override
    public void writeZeroes(
            long offsetBytes, long lengthBytes, boolean keepAllocated, boolean forceUnitAccess, Completion completion) {
        zero(offsetBytes, lengthBytes, !keepAllocated, forceUnitAccess, completion);
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes, boolean forceUnitAccess, Completion completion) {
        zero(offsetBytes, lengthBytes, true, forceUnitAccess, completion);
    }

    @Override
    public void flush(Completion completion) {
        inbox.offer(new Request.Flush(completion));
        doorbell.ring(0);
    }

    @Override
    public void extents(long offsetBytes, long lengthBytes, ExtentsCompletion completion) {
        submit(offsetBytes, lengthBytes, new Request.Extents(volume, offsetBytes, lengthBytes, completion));
    }

    private void zero(
            long offsetBytes, long lengthBytes, boolean discard, boolean forceUnitAccess, Completion completion) {
        submit(
                offsetBytes,
                lengthBytes,
                new Request.Zero(volume, offsetBytes, lengthBytes, discard, forceUnitAccess, completion));
    }

    private void submit(long offsetBytes, long lengthBytes, Request request) {
        if (within(offsetBytes, lengthBytes)) {
            inbox.offer(request);
            doorbell.ring(lengthBytes);
        } else {
            request.refuse(new DeviceException(
                    Kind.INVALID,
                    lengthBytes + " bytes at " + offsetBytes + " are not within " + name + ", which has " + sizeBytes));
        }
    }

    private boolean within(long offsetBytes, long lengthBytes) {
        return offsetBytes >= 0 && lengthBytes >= 1 && lengthBytes <= sizeBytes - offsetBytes;
    }

    static List<BlockDevice> all(
            Definition definition, int maxRequestBytes, Inbox inbox, Doorbell doorbell, ReadPath reads) {
        List<BlockDevice> devices = new ArrayList<>();
        for (Definition.Volume volume : definition.volumes()) {
            devices.add(new MirrorDevice(
                    definition.mirror(), devices.size(), volume, maxRequestBytes, inbox, doorbell, reads));
        }
        return List.copyOf(devices);
    }
}
