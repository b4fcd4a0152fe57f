package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.DeviceException;
import io.ringmirror.volume.Extent;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One request from the call of the device to its reply. Owns the request's data buffer; started on the event loop,
 * completed on any thread, read by the reply on the event loop again after it went through the completion queue.
 */
final class PendingRequest implements BlockDevice.Completion, BlockDevice.ExtentsCompletion {
    /** The most of a range that is looked at for one BLOCK_STATUS; a client asks again for what is behind it. */
    static final long MAX_STATUS_BYTES = 64L << 20;

    private final NbdRequest request;
    private final NbdCommand command;
    private final ConnectionPermits.Permit permit;
    private final Consumer<PendingRequest> whenCompleted;
    private final BooleanSupplier wanted;
    private final AtomicBoolean completed = new AtomicBoolean();
    private ByteBuf data;
    private List<Extent> extents = List.of();
    private DeviceException failure;

    PendingRequest(
            NbdRequest request,
            ByteBuf payload,
            ConnectionPermits.Permit permit,
            Consumer<PendingRequest> whenCompleted,
            BooleanSupplier wanted) {
        this.request = request;
        this.command = request.command().orElseThrow();
        this.data = payload;
        this.permit = permit;
        this.whenCompleted = whenCompleted;
        this.wanted = wanted;
    }

    NbdRequest request() {
        return request;
    }

    NbdCommand command() {
        return command;
    }

    ConnectionPermits.Permit permit() {
        return permit;
    }

    List<Extent> extents() {
        return extents;
    }

    /** Null if the device did what was asked. */
    DeviceException failure() {
        return failure;
    }

    /** The data of a READ behind the room for the reply's head, or of a WRITE; owned by the caller from here on. */
    ByteBuf takeData() {
        ByteBuf taken = data;
        data = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    void releaseData() {
        takeData().release();
    }

    /**
     * Asks the device; CACHE is a hint that needs nothing, as whatever is worth it is in the cache already.
     *
     * @param headBytes room to leave before the data of a READ
     */
    void start(BlockDevice device, ByteBufAllocator allocator, int headBytes) {
        long offsetBytes = request.offsetBytes();
        long lengthBytes = request.lengthBytes();
        boolean forceUnitAccess = request.has(Protocol.FLAG_FUA);
        switch (command) {
            case READ -> {
                int replyBytes = headBytes + (int) lengthBytes;
                data = allocator.directBuffer(replyBytes, replyBytes);
                device.read(offsetBytes, data.nioBuffer(headBytes, (int) lengthBytes), this);
            }
            case WRITE -> device.write(offsetBytes, data.nioBuffer(), forceUnitAccess, this);
            case FLUSH -> device.flush(this);
            case TRIM -> device.discard(offsetBytes, lengthBytes, forceUnitAccess, this);
            case WRITE_ZEROES ->
                device.writeZeroes(offsetBytes, lengthBytes, request.has(Protocol.FLAG_NO_HOLE), forceUnitAccess, this);
            case BLOCK_STATUS -> device.extents(offsetBytes, Math.min(lengthBytes, MAX_STATUS_BYTES), this);
            case CACHE -> completed(null);
            case DISC -> throw new IllegalStateException("DISC is not a request of a device");
        }
    }

    @Override
    public boolean wanted() {
        return wanted.getAsBoolean();
    }

    @Override
    public void completed(DeviceException outcome) {
        completed(List.of(), outcome);
    }

    @Override
    public void completed(List<Extent> found, DeviceException outcome) {
        if (!completed.compareAndSet(false, true)) {
            throw new IllegalStateException(request + " was completed before");
        }
        extents = found;
        failure = outcome;
        whenCompleted.accept(this);
    }
}
