package io.ringmirror.server;

import io.ringmirror.consumer.Destination;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.Source;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A mirror as it runs on this server, in the role it has. Any thread. */
sealed interface RunningMirror extends AutoCloseable {
    UUID mirrorId();

    Role role();

    void order(Action action);

    void status(MirrorStatus status);

    /** Completes when it runs no more. */
    CompletableFuture<Void> ended();

    /** The volumes it serves; none at a destination. */
    List<BlockDevice> devices();

    @Override
    void close();

    /** The mirror is written here. */
    record AsSource(UUID mirrorId, Source source) implements RunningMirror {
        @Override
        public Role role() {
            return Role.SOURCE;
        }

        @Override
        public void order(Action action) {
            source.order(action);
        }

        @Override
        public void status(MirrorStatus status) {
            if (status.mirrorId().equals(mirrorId)) {
                source.released(status.releasedEpoch());
            }
        }

        @Override
        public CompletableFuture<Void> ended() {
            return source.ended();
        }

        @Override
        public List<BlockDevice> devices() {
            return source.devices();
        }

        @Override
        public void close() {
            source.close();
        }
    }

    /** The mirror is followed here. */
    record AsDestination(UUID mirrorId, Destination destination) implements RunningMirror {
        @Override
        public Role role() {
            return Role.DESTINATION;
        }

        @Override
        public void order(Action action) {
            destination.order(action);
        }

        @Override
        public void status(MirrorStatus status) {
            destination.status(status);
        }

        @Override
        public CompletableFuture<Void> ended() {
            return destination.ended();
        }

        @Override
        public List<BlockDevice> devices() {
            return List.of();
        }

        @Override
        public void close() {
            destination.close();
        }
    }
}
