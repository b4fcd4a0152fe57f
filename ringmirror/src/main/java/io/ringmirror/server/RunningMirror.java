package io.ringmirror.server;

import io.ringmirror.consumer.Destination;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.Source;
import io.ringmirror.replica.MirrorRun;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.util.List;

/** A mirror as it runs on this server, in the role it has: what differs between the roles. Any thread. */
sealed interface RunningMirror {
    /** What is the same in both. */
    MirrorRun run();

    Role role();

    /** The term of a source; at a destination the last one that it had read at its last beat. */
    long term();

    /** As last told. */
    Definition definition();

    /** The topic that it follows. */
    RingTopic ring();

    /** What the tracker said. */
    void status(MirrorStatus status);

    /** The definition was changed. */
    void redefined(Definition definition);

    /** The volumes it serves; none at a destination. */
    List<BlockDevice> devices();

    /** Closes it for another server to take the role, which this one takes again where none does. */
    void handOver();

    /** Closes it for another server to take the role. */
    void resign();

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
        public MirrorRun run() {
            return source;
        }

        @Override
        public Role role() {
            return Role.SOURCE;
        }

        @Override
        public long term() {
            return source.term();
        }

        @Override
        public Definition definition() {
            return definition;
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
            source.status(status);
        }

        @Override
        public void redefined(Definition newer) {
            boolean refenced = newer.fence().number() != definition.fence().number();
            definition = newer;
            source.redefined(newer);
            if (refenced) {
                source.fail(new FencedException("the fence of mirror " + newer.mirror() + " is made anew", null));
            }
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
        public void resign() {
            source.resign();
        }
    }

    /** The mirror is followed here. */
    record AsDestination(Definition definition, RingTopic ring, Destination run) implements RunningMirror {
        @Override
        public long term() {
            return run.shown().term();
        }

        @Override
        public Role role() {
            return Role.DESTINATION;
        }

        @Override
        public void status(MirrorStatus status) {
            run.status(status);
        }

        @Override
        public void redefined(Definition newer) {
            run.redefined(newer);
        }

        @Override
        public List<BlockDevice> devices() {
            return List.of();
        }

        @Override
        public void handOver() {
            run.close();
        }

        @Override
        public void resign() {
            run.close();
        }
    }
}
