package io.ringmirror.server;

import io.ringmirror.consumer.Destination;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.Source;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A mirror as it runs on this server, in the role it has. Any thread. */
sealed interface RunningMirror extends AutoCloseable {
    Role role();

    /** As last told. */
    Definition definition();

    /** The topic that it follows. */
    RingTopic ring();

    void order(Action action);

    /** What the tracker said. */
    void status(MirrorStatus status);

    /** The definition was changed. */
    void redefined(Definition definition);

    /** Has it state something. */
    void tell(Fact fact);

    /** Ends it now: it cannot go on. */
    void fail(Exception why);

    /** Completes when it runs no more. */
    CompletableFuture<Void> ended();

    /** The volumes it serves; none at a destination. */
    List<BlockDevice> devices();

    /** Closes it for another server to take the role. */
    void handOver();

    @Override
    void close();

    /** The mirror is written here. */
    final class AsSource implements RunningMirror {
        private final RingTopic ring;
        private final Source source;
        private volatile Definition definition;

        AsSource(Definition definition, RingTopic ring, Source source) {
            this.definition = definition;
            this.ring = ring;
            this.source = source;
        }

        @Override
        public Role role() {
            return Role.SOURCE;
        }

        @Override
        public void order(Action action) {
            source.order(action);
        }

        @Override
        public RingTopic ring() {
            return ring;
        }

        /** Writing over a log is as final as deleting it, so the tracker's rule is asked again, too. */
        @Override
        public void status(MirrorStatus status) {
            if (ReleaseRule.reasonToKeep(definition, status, status.releasedEpoch())
                    .isEmpty()) {
                source.released(status.releasedEpoch());
            }
        }

        @Override
        public Definition definition() {
            return definition;
        }

        @Override
        public void redefined(Definition newer) {
            definition = newer;
        }

        @Override
        public void tell(Fact fact) {
            source.tell(fact);
        }

        @Override
        public void fail(Exception why) {
            source.fail(why);
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
        public void handOver() {
            source.handOver();
        }

        @Override
        public void close() {
            source.close();
        }
    }

    /** The mirror is followed here. */
    record AsDestination(Definition definition, RingTopic ring, Destination destination) implements RunningMirror {
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
        public Definition definition() {
            return definition;
        }

        @Override
        public void redefined(Definition newer) {
            destination.redefined(newer);
        }

        @Override
        public void tell(Fact fact) {
            destination.tell(fact);
        }

        @Override
        public void fail(Exception why) {
            destination.fail(why);
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
        public void handOver() {
            destination.close();
        }

        @Override
        public void close() {
            destination.close();
        }
    }
}
