package io.ringmirror.replica.store;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A mirror, and positions of it, for tests. */
final class Positions {
    static final UUID MIRROR_ID = new UUID(1, 2);
    static final UUID SOURCE_ID = new UUID(3, 4);
    static final UUID REPLICA_ID = new UUID(5, 6);
    static final String CLUSTER_ID = "cluster-a";
    static final String TOPIC_ID = "topic-a";
    static final int VOLUME_BYTES = 16 * 4096;

    private Positions() {}

    static Position origin() {
        return Position.origin(MIRROR_ID, CLUSTER_ID, TOPIC_ID);
    }

    static Position at(long term, long epoch, long sequence) {
        Position.EpochProgress progress = new Position.EpochProgress(epoch, sequence, sequence * 512, -77, false);
        return new Position(
                MIRROR_ID,
                CLUSTER_ID,
                TOPIC_ID,
                term,
                Optional.of(SOURCE_ID),
                progress,
                sequence,
                1,
                sequence + 10,
                3,
                1_795_435_200_000L,
                1,
                sequence + 11);
    }

    static List<EpochTrail> trails() {
        EpochTrail.Seal seal = new EpochTrail.Seal(5120, 29_000, 1002, 4_104_192, Long.MIN_VALUE + 5);
        return List.of(new EpochTrail(0, 1, 0, Optional.of(seal)), new EpochTrail(1, 2, 40, Optional.empty()));
    }

    static Definition definition(String mirror, UUID mirrorId, Definition.Volume... volumes) {
        return new Definition(
                mirror,
                mirrorId,
                1,
                0,
                "left",
                List.of(volumes),
                List.of(new Definition.Replica("left", SOURCE_ID), new Definition.Replica("right", REPLICA_ID)),
                new Definition.Ring(2, 8, 1 << 30),
                0);
    }

    static Definition definition() {
        return definition("disks", MIRROR_ID, volume("boot"), volume("data"));
    }

    static Definition.Volume volume(String name) {
        return new Definition.Volume(name, VOLUME_BYTES);
    }
}
