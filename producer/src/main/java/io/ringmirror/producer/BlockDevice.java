package io.ringmirror.producer;

import io.ringmirror.volume.Extent;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A volume of a mirror as its clients see it: the port between the NBD front, or a program that mirrors without NBD,
 * and the mirror's owner. Calls return at once from any thread; the outcome is told to the completion, once, before the
 * call returns or on a thread of the device that must not be blocked. Requests may be under way together and take effect
 * in any order between call and completion; whoever needs an order waits for the first completion.
 *
 * <p>Ranges must lie within the volume and be at least one byte; the caller checks them, the device refuses others with
 * {@link DeviceException.Kind#INVALID}. Buffers, their bounds included, belong to the device until the completion; one
 * that is written has the bounds it came with then. A call that throws has not taken its request and never completes it.
 */
public interface BlockDevice {
    /**
     * How many requests to all volumes of a mirror may be under way, those of lost clients included: a front allows its
     * clients no more together. One more may be refused with {@link DeviceException.Kind#IO}.
     */
    int MAX_REQUESTS = 1 << 15;

    /** The export's name, {@code mirror/volume}. */
    String name();

    long sizeBytes();

    boolean readOnly();

    /** The longest write it takes; longer ones are refused with {@link DeviceException.Kind#INVALID}. */
    int maxRequestBytes();

    /** Fills {@code target} from its position to its limit. */
    void read(long offsetBytes, ByteBuffer target, Completion completion);

    /**
     * Writes {@code data} from its position to its limit. With {@code ack=write} it completes when the log has it and
     * all before it; with {@code ack=flush} when the cache has it, unless {@code forceUnitAccess}.
     */
    void write(long offsetBytes, ByteBuffer data, boolean forceUnitAccess, Completion completion);

    /** Makes a range read as zeroes; {@code keepAllocated} keeps its space. Completes as {@link #write} does. */
    void writeZeroes(
            long offsetBytes, long lengthBytes, boolean keepAllocated, boolean forceUnitAccess, Completion completion);

    /** Gives a range's space back; it reads as zeroes. Completes as {@link #write} does. */
    void discard(long offsetBytes, long lengthBytes, boolean forceUnitAccess, Completion completion);

    /** Completes when the log has every write that was completed before this call, on any connection. */
    void flush(Completion completion);

    /**
     * Tells which parts of a range are data, and which holes that read as zeroes: adjoining, in order, covering it or,
     * where there are very many, its beginning. Costs time in proportion to the range; callers bound its length.
     */
    void extents(long offsetBytes, long lengthBytes, ExtentsCompletion completion);

    /**
     * The same volume for one caller, one thread at a time, that asks for things in a row and ends each row with
     * {@link #endBatch}; what it asks may wait until then.
     */
    default BlockDevice forBatches() {
        return this;
    }

    /** Ends a row of requests; nothing of it waits for a further one. Short work may be done before it returns. */
    default void endBatch() {}

    /**
     * Some who asked are gone: what they asked for and is not {@link Completion#wanted} any more is refused soon, so that it
     * keeps no place and no memory while others wait, and not done unless it was begun. From any thread.
     */
    default void left() {}

    /** Told the outcome of one request. */
    @FunctionalInterface
    interface Completion {
        /** Called once; {@code failure} is null when the request succeeded. */
        void completed(DeviceException failure);

        /** False once nobody is left to be told; asked from any thread, before {@link #completed}. */
        default boolean wanted() {
            return true;
        }
    }

    /** Told the outcome of {@link #extents}. */
    @FunctionalInterface
    interface ExtentsCompletion {
        /** Called once; {@code failure} is null when the request succeeded, else {@code extents} is empty. */
        void completed(List<Extent> extents, DeviceException failure);

        /** As {@link Completion#wanted}. */
        default boolean wanted() {
            return true;
        }
    }
}
