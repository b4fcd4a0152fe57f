package io.ringmirror.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a case is run, and what is reckoned from its rounds. */
class RoundsTest {
    private static final WarmUp WARM_UP = new WarmUp(Duration.ofSeconds(1), Duration.ZERO, () -> 1);
    private static final Duration SAMPLE = Duration.ofSeconds(2);

    private final List<String> order = new ArrayList<>();

    @Test
    void contendersTakeTurnsAfterOneWarmUpEach() throws Exception {
        BenchCase wanted = new BenchCase(
                "case",
                "a case",
                List.of(contender("a", 1, 1, 1, 1), contender("b", 1, 1, 1, 1)),
                List.of(Comparison.ratio(Figure.OPERATIONS, "a", "b")));

        new Rounds(3, WARM_UP, SAMPLE).run(1, wanted);

        assertThat(order).containsExactly("a1", "b1", "a2", "b2", "b2", "a2", "a2", "b2");
    }

    @Test
    void aContenderMayBeWarmedUpInAWayOfItsOwn() throws Exception {
        Contender own = new Contender(
                "a",
                duration -> {
                    order.add("warm" + duration.toSeconds());
                    return Measurement.of(Figure.OPERATIONS, 1);
                },
                contender("a", 1).run());

        new Rounds(1, WARM_UP, SAMPLE)
                .run(
                        1,
                        new BenchCase(
                                "case", "a case", List.of(own), List.of(Comparison.value(Figure.OPERATIONS, "a"))));

        assertThat(order).containsExactly("warm1", "a2");
    }

    @Test
    void aRatioIsReckonedWithinEachRoundAndTheWarmUpDoesNotCount() throws Exception {
        BenchCase wanted = new BenchCase(
                "case",
                "a case",
                List.of(contender("a", 1_000, 90, 40, 200), contender("b", 1, 100, 50, 100)),
                List.of(Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, "a", "b")));

        BenchReport.Outcome outcome =
                new Rounds(3, WARM_UP, SAMPLE).run(1, wanted).outcomes().get(0);

        assertThat(outcome.outcome()).isEqualTo(new Spread(0.9, 0.8, 2));
        assertThat(outcome.figure()).isEqualTo(new Spread(90, 40, 200));
        assertThat(outcome.againstFigure()).contains(new Spread(100, 50, 100));
        assertThat(outcome.target()).contains(">= 0.90");
        assertThat(outcome.met()).contains(true);
    }

    @Test
    void aDifferenceThatIsTooLargeIsNotMet() throws Exception {
        BenchCase wanted = new BenchCase(
                "case",
                "a case",
                List.of(contender("a", 0, 161), contender("b", 0, 100)),
                List.of(Comparison.differenceAtMost(60, Figure.OPERATIONS, "a", "b")));

        BenchReport.Outcome outcome =
                new Rounds(1, WARM_UP, SAMPLE).run(1, wanted).outcomes().get(0);

        assertThat(outcome.outcome().median()).isEqualTo(61);
        assertThat(outcome.met()).contains(false);
    }

    @Test
    void aFigureMayStandByItselfWithoutTarget() throws Exception {
        BenchCase wanted = new BenchCase(
                "case", "a case", List.of(contender("a", 0, 7)), List.of(Comparison.value(Figure.OPERATIONS, "a")));

        BenchReport.Outcome outcome =
                new Rounds(1, WARM_UP, SAMPLE).run(1, wanted).outcomes().get(0);

        assertThat(outcome.outcome().median()).isEqualTo(7);
        assertThat(outcome.against()).isEmpty();
        assertThat(outcome.met()).isEmpty();
    }

    @Test
    void aFigureThatWasNotToldIsNamed() {
        BenchCase wanted = new BenchCase(
                "case", "a case", List.of(contender("a", 0, 7)), List.of(Comparison.value(Figure.THREADS, "a")));

        assertThatThrownBy(() -> new Rounds(1, WARM_UP, SAMPLE).run(1, wanted)).hasMessageContaining("threads");
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void aClusterOfTwoIsRefused() {
        assertThatThrownBy(() -> new BenchSettings(BenchProfile.QUICK, List.of(2), List.of(), false, Optional.empty()))
                .hasMessageContaining("2 brokers");
    }

    @Test
    void casesAreChosenByHowTheirNamesBegin() {
        BenchSettings settings =
                new BenchSettings(BenchProfile.QUICK, List.of(1), List.of("write-4k"), false, Optional.empty());

        assertThat(settings.wants(named("write-4k-32"))).isTrue();
        assertThat(settings.wants(named("write-64k-32"))).isFalse();
    }

    private static BenchCase named(String name) {
        return new BenchCase(name, name, List.of(), List.of());
    }

    private Contender contender(String name, double... operations) {
        Iterator<Double> next = Arrays.stream(operations).boxed().toList().iterator();
        return new Contender(name, duration -> {
            order.add(name + duration.toSeconds());
            return Measurement.of(Figure.OPERATIONS, next.next());
        });
    }

    @Test
    void whatStandsAloneIsHeldAgainstNobody() {
        assertThat(Comparison.atMost(5, Figure.START, "a").against()).isEqualTo(Optional.empty());
    }
}
