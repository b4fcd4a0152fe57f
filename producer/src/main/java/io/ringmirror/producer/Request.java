package io.ringmirror.producer;

import io.ringmirror.producer.BlockDevice.Completion;
import io.ringmirror.producer.BlockDevice.ExtentsCompletion;
import java.nio.ByteBuffer;
import java.util.List;

/** What a client asks of a mirror's owner; checked against the volume before it gets here. */
sealed interface Request {
    /** Refuses the request, whatever it is. */
    void refuse(DeviceException failure);

    /** False once nobody is left who waits for its outcome. */
    boolean wanted();

    /** A request that changes a volume; it may have to wait for room or for a log, and keeps its order. */
    sealed interface Change extends Request {
        Completion completion();

        @Override
        default boolean wanted() {
            return completion().wanted();
        }

        @Override
        default void refuse(DeviceException failure) {
            completion().completed(failure);
        }

        int volume();

        long offsetBytes();

        long lengthBytes();

        boolean forceUnitAccess();

        /** What its records carry. */
        default long payloadBytes() {
            return 0;
        }
    }

    record Write(int volume, long offsetBytes, ByteBuffer data, boolean forceUnitAccess, Completion completion)
            implements Change {
        @Override
        public long lengthBytes() {
            return data.remaining();
        }

        @Override
        public long payloadBytes() {
            return lengthBytes();
        }
    }

    record Zero(
            int volume,
            long offsetBytes,
            long lengthBytes,
            boolean discard,
            boolean forceUnitAccess,
            Completion completion)
            implements Change {}

    /** It is about the changes that were answered before it came, so it waits for none that still waits itself. */
    record Flush(Completion completion) implements Request {
        @Override
        public boolean wanted() {
            return completion.wanted();
        }

        @Override
        public void refuse(DeviceException failure) {
            completion.completed(failure);
        }
    }

    record Read(int volume, long offsetBytes, ByteBuffer target, Completion completion) implements Request {
        @Override
        public boolean wanted() {
            return completion.wanted();
        }

        @Override
        public void refuse(DeviceException failure) {
            completion.completed(failure);
        }
    }

    record Extents(int volume, long offsetBytes, long lengthBytes, ExtentsCompletion completion) implements Request {
        @Override
        public boolean wanted() {
            return completion.wanted();
        }

        @Override
        public void refuse(DeviceException failure) {
            completion.completed(List.of(), failure);
        }
    }
}
