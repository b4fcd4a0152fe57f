package io.ringmirror.schemas;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** One of each record, every field set and no two alike, so that a field left out or swapped shows. */
public final class Samples {
    public static final UUID MIRROR_ID = new UUID(0x1111, 0x2222);
    public static final UUID REPLICA_ID = new UUID(0x3333, 0x4444);

    private Samples() {}

    /** A write whose data is part of a larger buffer, as a client's request is. */
    public static LogRecord write(int dataBytes) {
        ByteBuffer data = ByteBuffer.allocate(dataBytes + 7).position(3).limit(dataBytes + 3);
        for (int i = data.position(); i < data.limit(); i++) {
            data.put(i, (byte) (i * 31));
        }
        return record(new LogBody.Write("disk", 8192, data, Crc.of(data)));
    }

    public static LogRecord record(LogBody body) {
        return new LogRecord(Optional.of(MIRROR_ID), 2, 3, 4, body);
    }

    public static Stream<LogRecord> logRecords() {
        return Stream.concat(
                Stream.of(write(4096), new LogRecord(Optional.empty(), 5, 6, 0, new LogBody.Beat())),
                Stream.of(
                                new LogBody.WriteZeroes("disk", 512, 1024, -5),
                                new LogBody.Discard("disk", 4096, 1L << 40, 6),
                                new LogBody.Resize("disk", 1L << 41, Integer.MIN_VALUE),
                                new LogBody.TermBegin("berlin", REPLICA_ID),
                                new LogBody.EpochBegin(),
                                new LogBody.EpochEnd(7, 8, Long.MIN_VALUE, 9, 10),
                                new LogBody.BaselineBegin(REPLICA_ID),
                                new LogBody.BaselineEnd(REPLICA_ID))
                        .map(Samples::record));
    }

    public static Event.ReplicaState state() {
        EpochTrail sealed = new EpochTrail(0, 4, 40, Optional.of(new EpochTrail.Seal(60, 11, 12, 13, -14)));
        EpochTrail open = new EpochTrail(1, 5, 50, Optional.empty());
        return new Event.ReplicaState(
                Event.Role.DESTINATION, 4, 11, 1001, 21, 5, 19, 1002, 23, 24, 25, List.of(sealed, open));
    }

    public static Event event(Event.Fact fact) {
        return new Event(
                MIRROR_ID,
                "mirror",
                "berlin",
                REPLICA_ID,
                3,
                1234,
                fact,
                state(),
                Set.of(Event.Role.SOURCE, Event.Role.DESTINATION));
    }

    public static Stream<Event> events() {
        return Stream.of(
                        new Event.Fact.TermBegun(1, 2),
                        new Event.Fact.EpochOpened(3, 4, 5),
                        new Event.Fact.EpochSealed(6),
                        new Event.Fact.Flushed(7, 8, 9),
                        new Event.Fact.Beat(),
                        new Event.Fact.Deallocated(10, 11, 12, 13),
                        new Event.Fact.Stopped("disk full"),
                        new Event.Fact.Refused(new UUID(3, 4), "it is the source already"),
                        new Event.Fact.Ready(new UUID(5, 6)))
                .map(Samples::event);
    }

    public static Definition definition() {
        return new Definition(
                "mirror",
                MIRROR_ID,
                2,
                1234,
                "berlin",
                List.of(new Definition.Volume("disk", 1 << 20), new Definition.Volume("swap", 512)),
                List.of(new Definition.Replica("berlin", REPLICA_ID), new Definition.Replica("paris", MIRROR_ID)),
                new Definition.Ring(3, 64, 1 << 30),
                60_000,
                new Definition.Fence(7, true));
    }

    public static MirrorStatus status() {
        return new MirrorStatus(
                "mirror",
                MIRROR_ID,
                2,
                3,
                9,
                8,
                7,
                10,
                6,
                5,
                "berlin holds epoch 8",
                List.of(
                        new MirrorStatus.Log(state().trails().get(0), MirrorStatus.LogState.RELEASED, 4),
                        new MirrorStatus.Log(state().trails().get(1), MirrorStatus.LogState.OPEN, 1)),
                List.of(new MirrorStatus.ReplicaStatus(
                        "berlin", REPLICA_ID, 77, state(), 14, 15, 16, 17, 1, 2, 3, "disk full")),
                MirrorStatus.Verdict.STOPPED,
                "berlin stopped: disk full",
                78);
    }

    public static Stream<Command> commands() {
        return Stream.of(
                new Command(MIRROR_ID, "mirror", REPLICA_ID, Optional.empty(), Command.Action.FLUSH),
                new Command(MIRROR_ID, "mirror", REPLICA_ID, Optional.of("paris"), Command.Action.HOLD_FLUSH),
                new Command(
                        MIRROR_ID,
                        "mirror",
                        REPLICA_ID,
                        Optional.of("paris"),
                        Command.Action.DEMOTE,
                        new Command.Conditions(OptionalLong.of(7), OptionalLong.of(8), true, Optional.of("berlin"))));
    }
}
