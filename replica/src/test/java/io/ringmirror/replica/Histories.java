package io.ringmirror.replica;

import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Valid histories of a ring, for property tests: what its writers did, to be played with or without repetitions. */
final class Histories {
    static final int LOGS = 3;
    static final int DISK_BYTES = 64 << 10;
    static final int SWAP_BYTES = 16 << 10;

    private Histories() {}

    /** What a writer does; {@code a} and {@code b} are numbers to do it with. */
    record Act(Kind kind, int a, int b) {}

    enum Kind {
        WRITE,
        ZERO,
        DISCARD,
        BEAT,
        SEAL,
        TERM,
        REPEAT,
        MARKER,
        COUNT_LAST_SEAL
    }

    static Arbitrary<List<Act>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(8, Kind.WRITE),
                Tuple.of(2, Kind.ZERO),
                Tuple.of(2, Kind.DISCARD),
                Tuple.of(1, Kind.BEAT),
                Tuple.of(3, Kind.SEAL),
                Tuple.of(1, Kind.TERM),
                Tuple.of(3, Kind.REPEAT),
                Tuple.of(1, Kind.MARKER),
                Tuple.of(1, Kind.COUNT_LAST_SEAL));
        Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 1 << 20);
        return Combinators.combine(kinds, numbers, numbers)
                .as(Act::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    /** Plays a history into a new ring. */
    static RingScript play(List<Act> history, MemoryRing ring, boolean withRepetitions) {
        RingScript script = new RingScript(ring);
        script.begin();
        for (Act act : history) {
            switch (act.kind()) {
                case REPEAT -> {
                    if (withRepetitions) {
                        script.repeat(1 + act.a() % 8);
                    }
                }
                case MARKER -> script.marker();
                case COUNT_LAST_SEAL -> script.countTheLastSeal();
                case BEAT -> script.beat();
                case SEAL -> script.seal((script.begin().log() + 1 + act.a() % (LOGS - 1)) % LOGS);
                case TERM -> script.term(new UUID(act.a() % 2, 1));
                default -> change(script, act);
            }
        }
        return script;
    }

    private static void change(RingScript script, Act act) {
        boolean swap = act.b() % 4 == 0;
        String volume = swap ? "swap" : "disk";
        int size = swap ? SWAP_BYTES : DISK_BYTES;
        int offset = act.a() % size;
        int length = 1 + act.b() % Math.min(size - offset, 9000);
        switch (act.kind()) {
            case ZERO -> script.zero(volume, offset, length);
            case DISCARD -> script.discard(volume, offset, length);
            default -> script.write(volume, offset, length);
        }
    }
}
