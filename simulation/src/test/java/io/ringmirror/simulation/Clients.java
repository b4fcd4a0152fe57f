package io.ringmirror.simulation;

import io.ringmirror.simulation.Operation.Kind;
import java.util.ArrayList;
import java.util.List;

/** Clients of one mirror: they ask whoever says that he serves it, many things at a time. */
final class Clients {
    private static final int MOST_UNANSWERED = 12;
    private static final int MOST_BLOCKS = 3;
    private static final int MOST_BLOCKS_BIG = 7;
    private static final int LEAST_WRITE_BYTES = 16;
    private static final int SECTOR_BYTES = 512;

    private final World world;
    private final SimulatedMirror mirror;
    private final List<Session> sessions = new ArrayList<>();
    private long asked;
    private boolean calm;

    Clients(World world, SimulatedMirror mirror) {
        this.world = world;
        this.mirror = mirror;
    }

    void act() {
        if (calm || sessions.isEmpty()) {
            return;
        }
        Session session = world.chance().pick(sessions);
        if (session.unanswered() < MOST_UNANSWERED && session.seat().isSource()) {
            Operation operation = next();
            world.note("%s: %s is asked", session.seat(), operation);
            session.ask(operation);
        }
    }

    private Operation next() {
        Chance chance = world.chance();
        Kind kind = kind(chance.below(20));
        int volume = chance.below(mirror.definition().volumes().size());
        int size = (int) mirror.definition().volumes().get(volume).sizeBytes();
        boolean odd = chance.oneIn(8);
        int unit = odd ? 1 : SECTOR_BYTES;
        int most = (world.conditions().bigWrites() ? MOST_BLOCKS_BIG : MOST_BLOCKS) * Conditions.BLOCK_BYTES;
        int length = Math.max(LEAST_WRITE_BYTES, chance.between(1, most / unit) * unit);
        int offset = chance.between(0, (size - length) / unit) * unit;
        return new Operation(kind, ++asked, volume, offset, length, kind.changes() && chance.oneIn(8));
    }

    private static Kind kind(int drawn) {
        return switch (drawn) {
            case 0, 1 -> Kind.ZERO;
            case 2, 3 -> Kind.DISCARD;
            case 4, 5, 6 -> Kind.FLUSH;
            case 7, 8, 9 -> Kind.READ;
            default -> Kind.WRITE;
        };
    }

    void opened(Session session) {
        sessions.add(session);
    }

    void closed(Session session) {
        sessions.remove(session);
    }

    /** They ask for nothing more. */
    void calm() {
        calm = true;
    }

    boolean areAnswered() {
        return unanswered() == 0;
    }

    int unanswered() {
        return sessions.stream().mapToInt(Session::unanswered).sum();
    }
}
