package io.ringmirror.bench;

import java.util.List;
import java.util.Optional;

/**
 * What a benchmark came to, as {@code -o json} prints it; a newer version may add fields.
 *
 * @param version of this form
 * @param client the NBD client that was used
 * @param plainServer the NBD server without mirroring, if there was one
 * @param machine processors and Java, in one line
 * @param results in the order of the run
 */
public record BenchReport(
        int version,
        String profile,
        String client,
        Optional<String> plainServer,
        String machine,
        List<Result> results) {
    static final int VERSION = 1;

    public BenchReport {
        results = List.copyOf(results);
    }

    /** One case on a cluster of so many brokers. */
    public record Result(int brokers, String name, String title, List<Outcome> outcomes) {
        public Result {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * One comparison.
     *
     * @param unit of the two figures, and of a difference
     * @param figure the contender's, over the rounds
     * @param againstFigure the other's
     * @param outcome what was reckoned in each round, over the rounds
     * @param met whether the median keeps the target, where there is one
     */
    public record Outcome(
            String unit,
            String contender,
            Spread figure,
            Optional<String> against,
            Optional<Spread> againstFigure,
            Comparison.How how,
            Spread outcome,
            Optional<String> target,
            Optional<Boolean> met) {}
}
