package io.ringmirror.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a case: warms every contender up, then runs all of them once a round, another one first each time, so that what
 * the machine does meanwhile meets them alike. Ratios are reckoned within a round. One thread.
 */
final class Rounds {
    private final int rounds;
    private final WarmUp warmUp;
    private final Duration sample;

    Rounds(int rounds, WarmUp warmUp, Duration sample) {
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.sample = sample;
    }

    /** Runs it; the order of figures in the result is that of the case. */
    BenchReport.Result run(int brokers, BenchCase wanted) throws IOException, InterruptedException {
        for (Contender contender : wanted.contenders()) {
            warmUp.of(contender);
        }
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        wanted.contenders().forEach(contender -> measured.put(contender.name(), new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            List<Contender> turn = new ArrayList<>(wanted.contenders());
            Collections.rotate(turn, round);
            for (Contender contender : turn) {
                measured.get(contender.name()).add(contender.run().measure(sample));
            }
        }
        return new BenchReport.Result(
                brokers,
                wanted.name(),
                wanted.title(),
                wanted.comparisons().stream()
                        .map(comparison -> outcome(comparison, measured))
                        .toList());
    }

    private static BenchReport.Outcome outcome(Comparison comparison, Map<String, List<Measurement>> measured) {
        List<Double> own = values(measured.get(comparison.contender()), comparison.figure());
        List<Double> other = comparison
                .against()
                .map(against -> values(measured.get(against), comparison.figure()))
                .orElse(own);
        List<Double> reckoned = new ArrayList<>();
        for (int round = 0; round < own.size(); round++) {
            reckoned.add(comparison.reckon(own.get(round), other.get(round)));
        }
        Spread spread = Spread.of(reckoned);
        return new BenchReport.Outcome(
                comparison.figure().unit(),
                comparison.contender(),
                Spread.of(own),
                comparison.against(),
                comparison.against().map(against -> Spread.of(other)),
                comparison.how(),
                spread,
                comparison.target().map(Comparison.Target::toString),
                comparison.target().map(target -> target.isMetBy(spread.median())));
    }

    private static List<Double> values(List<Measurement> measurements, Figure figure) {
        return measurements.stream().map(measurement -> measurement.get(figure)).toList();
    }
}
