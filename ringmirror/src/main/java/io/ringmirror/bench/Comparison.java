package io.ringmirror.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * What a case wants to know: one figure of a contender, as it is or against that of another in the same round.
 *
 * @param contender whose figure it is
 * @param against whose figure it is held against; empty where it stands by itself
 * @param how what is reckoned from the two
 * @param target what it should come to; empty where it is only told
 */
public record Comparison(String contender, Optional<String> against, Figure figure, How how, Optional<Target> target) {
    /** What is reckoned from the two figures. */
    public enum How {
        VALUE,
        RATIO,
        DIFFERENCE
    }

    /** A bound that a value should keep. */
    public record Target(boolean atLeast, double bound) {
        /** Whether it is kept. */
        public boolean isMetBy(double value) {
            return atLeast ? value >= bound : value <= bound;
        }

        @Override
        public String toString() {
            String number = bound == Math.rint(bound)
                    ? String.format(Locale.ROOT, "%.0f", bound)
                    : String.format(Locale.ROOT, "%.2f", bound);
            return (atLeast ? ">= " : "<= ") + number;
        }
    }

    /** That a ratio should be at least so much. */
    public static Comparison ratioAtLeast(double bound, Figure figure, String contender, String against) {
        return new Comparison(contender, Optional.of(against), figure, How.RATIO, Optional.of(new Target(true, bound)));
    }

    /** That a ratio should be at most so much. */
    public static Comparison ratioAtMost(double bound, Figure figure, String contender, String against) {
        return new Comparison(
                contender, Optional.of(against), figure, How.RATIO, Optional.of(new Target(false, bound)));
    }

    /** That a difference should be at most so much. */
    public static Comparison differenceAtMost(double bound, Figure figure, String contender, String against) {
        return new Comparison(
                contender, Optional.of(against), figure, How.DIFFERENCE, Optional.of(new Target(false, bound)));
    }

    /** That a figure by itself should be at most so much. */
    public static Comparison atMost(double bound, Figure figure, String contender) {
        return new Comparison(contender, Optional.empty(), figure, How.VALUE, Optional.of(new Target(false, bound)));
    }

    /** A ratio to be told, with no target. */
    public static Comparison ratio(Figure figure, String contender, String against) {
        return new Comparison(contender, Optional.of(against), figure, How.RATIO, Optional.empty());
    }

    /** A figure to be told, with no target. */
    public static Comparison value(Figure figure, String contender) {
        return new Comparison(contender, Optional.empty(), figure, How.VALUE, Optional.empty());
    }

    /** What it comes to in one round. */
    double reckon(double own, double other) {
        return switch (how) {
            case VALUE -> own;
            case RATIO -> own / other;
            case DIFFERENCE -> own - other;
        };
    }
}
