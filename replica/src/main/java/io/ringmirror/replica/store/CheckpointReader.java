package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Takes the fields of a {@link CheckpointText} one after the other, and names the line that is wrong. Used once. */
final class CheckpointReader {
    private static final int LINES_ABOVE = 1;

    private final List<String> lines;
    private int next;

    /** @param lines between the version line and the checksum */
    CheckpointReader(List<String> lines) {
        this.lines = lines;
    }

    Checkpoint checkpoint() throws BadLineException {
        UUID replicaId = field("replica.id", UUID::fromString);
        Role role = field("role", CheckpointReader::role);
        long reignEpoch = field("reign.epoch", Long::parseLong);
        Use use = nextIs("use") ? field("use", CheckpointReader::use) : Use.UNKNOWN;
        Position position = position();
        long flushes = field("flushes", Long::parseLong);
        Optional<DirtyTo> dirtyTo = Optional.empty();
        if (nextIs("dirty.to")) {
            dirtyTo = Optional.of(dirtyTo());
        }
        List<EpochTrail> trails = new ArrayList<>();
        while (nextIs("trail")) {
            trails.add(field("trail", CheckpointReader::trail));
        }
        if (next < lines.size()) {
            throw new BadLineException(line(), "'" + lines.get(next) + "' has no place here");
        }
        try {
            return new Checkpoint(replicaId, role, reignEpoch, use, position, dirtyTo, flushes, trails);
        } catch (IllegalArgumentException e) {
            throw new BadLineException(LINES_ABOVE + 1, line() - 1, e);
        }
    }

    private Position position() throws BadLineException {
        int first = line();
        UUID mirrorId = field("mirror.id", UUID::fromString);
        String clusterId = field("cluster.id", Function.identity());
        String topicId = field("topic.id", Function.identity());
        long term = field("term", Long::parseLong);
        Optional<UUID> writer = field("writer", CheckpointReader::writer);
        Position.EpochProgress epoch = field("epoch", CheckpointReader::epoch);
        long sequence = field("sequence", Long::parseLong);
        int log = field("log", Integer::parseInt);
        long offset = field("offset", Long::parseLong);
        int leaderEpoch = field("leader.epoch", Integer::parseInt);
        long timeMs = field("time.ms", Long::parseLong);
        int nextLog = field("next.log", Integer::parseInt);
        long nextOffset = field("next.offset", Long::parseLong);
        try {
            return new Position(
                    mirrorId,
                    clusterId,
                    topicId,
                    term,
                    writer,
                    epoch,
                    sequence,
                    log,
                    offset,
                    leaderEpoch,
                    timeMs,
                    nextLog,
                    nextOffset);
        } catch (IllegalArgumentException e) {
            throw new BadLineException(first, line() - 1, e);
        }
    }

    private DirtyTo dirtyTo() throws BadLineException {
        DirtyTo to = field("dirty.to", CheckpointReader::dirtyTo);
        List<DirtyTo.Seal> seals = new ArrayList<>();
        while (to.history().isPresent() && nextIs("dirty.seal")) {
            seals.add(field("dirty.seal", CheckpointReader::dirtySeal));
        }
        Optional<DirtyTo.History> whole =
                to.history().map(is -> new DirtyTo.History(is.writer(), is.records(), is.bytes(), is.digest(), seals));
        return new DirtyTo(to.epoch(), to.sequence(), to.term(), whole);
    }

    private boolean nextIs(String key) {
        return next < lines.size() && lines.get(next).startsWith(key + "=");
    }

    private <T> T field(String key, Function<String, T> parse) throws BadLineException {
        if (!nextIs(key)) {
            throw new BadLineException(line(), "'" + key + "=' is expected here");
        }
        String value = lines.get(next).substring(key.length() + 1);
        try {
            T field = parse.apply(value);
            next++;
            return field;
        } catch (IllegalArgumentException e) {
            throw new BadLineException(line(), key + " is '" + value + "': " + e.getMessage(), e);
        }
    }

    /** The number of the next line in the file, from 1 on. */
    private int line() {
        return next + LINES_ABOVE + 1;
    }

    private static Role role(String value) {
        return switch (value) {
            case CheckpointText.SOURCE -> Role.SOURCE;
            case CheckpointText.DESTINATION -> Role.DESTINATION;
            default ->
                throw new IllegalArgumentException(
                        "it is " + CheckpointText.SOURCE + " or " + CheckpointText.DESTINATION);
        };
    }

    private static Use use(String value) {
        return switch (value) {
            case CheckpointText.OPEN -> Use.OPEN;
            case CheckpointText.CLOSED -> Use.CLOSED;
            default ->
                throw new IllegalArgumentException("it is " + CheckpointText.OPEN + " or " + CheckpointText.CLOSED);
        };
    }

    private static Optional<UUID> writer(String value) {
        return value.equals(CheckpointText.NOBODY) ? Optional.empty() : Optional.of(UUID.fromString(value));
    }

    private static Position.EpochProgress epoch(String value) {
        String[] parts = parts(value, 5);
        return new Position.EpochProgress(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                unhex(parts[3]),
                sealed(parts[4]));
    }

    private static DirtyTo dirtyTo(String value) {
        boolean onlyNumbers = value.split(" ", -1).length == 3;
        String[] parts = parts(value, onlyNumbers ? 3 : 7);
        Optional<DirtyTo.History> history = onlyNumbers
                ? Optional.empty()
                : Optional.of(new DirtyTo.History(
                        writer(parts[3]),
                        Long.parseLong(parts[4]),
                        Long.parseLong(parts[5]),
                        unhex(parts[6]),
                        List.of()));
        return new DirtyTo(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), history);
    }

    private static DirtyTo.Seal dirtySeal(String value) {
        String[] parts = parts(value, 5);
        return new DirtyTo.Seal(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                unhex(parts[4]));
    }

    private static EpochTrail trail(String value) {
        String[] parts = parts(value, 8);
        return new EpochTrail(
                Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), seal(value, parts));
    }

    private static Optional<EpochTrail.Seal> seal(String value, String[] parts) {
        if (value.endsWith(CheckpointText.UNSEALED)) {
            return Optional.empty();
        }
        return Optional.of(new EpochTrail.Seal(
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]),
                Long.parseLong(parts[6]),
                unhex(parts[7])));
    }

    private static String[] parts(String value, int count) {
        String[] parts = value.split(" ", -1);
        if (parts.length != count) {
            throw new IllegalArgumentException("it has " + parts.length + " parts, not " + count);
        }
        return parts;
    }

    private static long unhex(String digits) {
        if (digits.length() != 16) {
            throw new IllegalArgumentException("a digest has 16 hexadecimal digits");
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    private static boolean sealed(String value) {
        if (!value.equals(CheckpointText.SEALED) && !value.equals(CheckpointText.OPEN)) {
            throw new IllegalArgumentException("it ends with " + CheckpointText.OPEN + " or " + CheckpointText.SEALED);
        }
        return value.equals(CheckpointText.SEALED);
    }
}
