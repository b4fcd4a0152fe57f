package io.ringmirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Whole mirrors, one run for each seed. {@code -Dseeds=N} runs so many, {@code -Dfirst=N} begins elsewhere,
 * {@code -Dseed=N} replays one and prints all its steps.
 */
class SimulationTest {
    private static final int THREADS = 2;
    private static final long FIRST = Long.getLong("first", 1);
    private static final long SEEDS = Long.getLong("seeds", 5_000);
    private static final Optional<Long> REPLAYED = Optional.ofNullable(Long.getLong("seed"));

    @Test
    void theInvariantsHoldWhateverGoesWrong() throws InterruptedException {
        if (REPLAYED.isPresent()) {
            new World(REPLAYED.get(), true).run();
            return;
        }
        ConcurrentSkipListMap<Long, String> failures = new ConcurrentSkipListMap<>();
        AtomicLong next = new AtomicLong(FIRST);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int i = 0; i < THREADS; i++) {
            threads.execute(() -> {
                long seed;
                while (failures.size() < 3 && (seed = next.getAndIncrement()) < FIRST + SEEDS) {
                    long one = seed;
                    run(seed).ifPresent(failure -> failures.put(one, failure));
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.HOURS)).isTrue();
        assertThat(failures.values()).isEmpty();
    }

    @Test
    void aSeedAlwaysGoesTheSameWay() {
        World one = new World(FIRST, false);
        World other = new World(FIRST, false);
        one.run();
        other.run();

        assertThat(one.trace().hash()).isEqualTo(other.trace().hash());
        assertThat(one.steps()).isEqualTo(other.steps());
    }

    /** What failed and how to see it again; empty if nothing did. */
    private static Optional<String> run(long seed) {
        World world = new World(seed, false);
        try {
            world.run();
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            return Optional.of(
                    e.getMessage() + "\nThe last steps:\n" + world.trace().text() + "Replay it with -Dseed=" + seed);
        }
    }
}
