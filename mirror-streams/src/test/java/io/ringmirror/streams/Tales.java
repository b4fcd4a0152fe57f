package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What servers of the mirror "disk" tell: source "a", destinations "b" and "c". Epoch n has ten records, lives in log
 * n - 1 and ended at log time n seconds, so a state follows from a few numbers.
 */
final class Tales {
    static final UUID MIRROR = id(0xD15C);
    static final long RECORDS = 10;
    static final long CREATED_MS = 500;
    /** After which time of its second an epoch has its first record. */
    static final long FIRST_RECORD_MS = 100;

    /** Every server says something that often. */
    static final long QUIET_MS = 3_000;

    private Tales() {}

    static UUID id(long number) {
        return new UUID(0x4000, 0x8000_0000_0000_0000L | number);
    }

    static UUID replicaOf(String server) {
        return id(server.charAt(0));
    }

    static Definition definition(long generation, String... servers) {
        return definition(MIRROR, generation, servers);
    }

    static Definition definition(UUID mirrorId, long generation, String... servers) {
        return definition(mirrorId, generation, new Definition.Ring(3, 64, 1 << 30), servers);
    }

    /** A mirror whose ring has bounds of its own. */
    static Definition bounded(int maxLogs, long maxBytes, String... servers) {
        return definition(MIRROR, 1, new Definition.Ring(3, maxLogs, maxBytes), servers);
    }

    private static Definition definition(UUID mirrorId, long generation, Definition.Ring ring, String... servers) {
        return new Definition(
                "disk",
                mirrorId,
                generation,
                CREATED_MS,
                servers[0],
                List.of(new Definition.Volume("root", 1 << 20)),
                Stream.of(servers)
                        .map(server -> new Definition.Replica(server, replicaOf(server)))
                        .toList(),
                ring,
                0);
    }

    /** The source: it sealed and flushed so many epochs and the next one is open. */
    static ReplicaState source(long sealed) {
        return state(Role.SOURCE, sealed, sealed, sealed + 1);
    }

    /** A destination that applied all that is sealed and flushed less of it. */
    static ReplicaState destination(long flushed, long sealed) {
        return state(Role.DESTINATION, flushed, sealed, sealed);
    }

    static ReplicaState state(Role role, long flushed, long sealed, long opened) {
        List<EpochTrail> trails = LongStream.rangeClosed(1, opened)
                .mapToObj(epoch -> trail(epoch, epoch <= sealed))
                .toList();
        return state(role, flushed, sealed, trails);
    }

    static ReplicaState state(Role role, long flushed, long applied, List<EpochTrail> trails) {
        return new ReplicaState(
                role,
                flushed,
                flushed * RECORDS,
                flushed * 1000,
                flushed,
                applied,
                applied * RECORDS,
                applied * 1000,
                0,
                applied > flushed ? flushed * 1000 + FIRST_RECORD_MS : 0,
                QUIET_MS,
                trails);
    }

    static EpochTrail trail(long epoch, boolean sealed) {
        return trail((int) (epoch - 1), epoch, sealed);
    }

    static EpochTrail trail(int log, long epoch, boolean sealed) {
        return sealed ? sealed(log, epoch, 7 * epoch) : new EpochTrail(log, epoch, 0, Optional.empty());
    }

    static EpochTrail sealed(int log, long epoch, long digest) {
        return new EpochTrail(
                log,
                epoch,
                0,
                Optional.of(
                        new EpochTrail.Seal(RECORDS * epoch + 3, RECORDS * epoch, RECORDS, RECORDS * 4096, digest)));
    }

    /** The same with another oldest record that is applied and not flushed; or with none. */
    static ReplicaState holding(ReplicaState state, long appliedSequence, long unflushedTimeMs) {
        return new ReplicaState(
                state.role(),
                state.flushedEpoch(),
                state.flushedSequence(),
                state.flushedTimeMs(),
                state.flushes(),
                state.appliedEpoch(),
                appliedSequence,
                state.appliedTimeMs(),
                state.dirtyBytes(),
                unflushedTimeMs,
                state.quietMs(),
                state.trails());
    }

    static Event beat(String server, ReplicaState state) {
        return event(server, 1, new Fact.Beat(), state);
    }

    static Event event(String server, long term, Fact fact, ReplicaState state) {
        return new Event(MIRROR, "disk", server, replicaOf(server), term, 0, fact, state);
    }
}
