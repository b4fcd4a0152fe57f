package io.ringmirror.bench;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one run of one contender came to. Immutable.
 *
 * @param figures by kind; those that the run does not tell are absent
 */
public record Measurement(Map<Figure, Double> figures) {
    private static final double MIB = 1 << 20;
    private static final double NS_PER_US = 1e3;

    public Measurement {
        figures = Map.copyOf(figures);
    }

    /** Of one figure only. */
    public static Measurement of(Figure figure, double value) {
        return new Measurement(Map.of(figure, value));
    }

    /** Of a stream of bytes. */
    public static Measurement ofBytes(long bytes, double seconds) {
        return of(Figure.THROUGHPUT, bytes / MIB / seconds);
    }

    /**
     * Of operations of one size.
     *
     * @param latencyNs of each operation that was answered, in nanoseconds
     */
    public static Measurement ofOperations(Histogram latencyNs, int blockBytes, double seconds) {
        double perSecond = latencyNs.getTotalCount() / seconds;
        return ofOperations(
                perSecond,
                perSecond * blockBytes,
                latencyNs.getValueAtPercentile(50) / NS_PER_US,
                latencyNs.getValueAtPercentile(99) / NS_PER_US,
                latencyNs.getValueAtPercentile(99.9) / NS_PER_US);
    }

    /** Of operations that somebody else has counted. */
    public static Measurement ofOperations(
            double perSecond, double bytesPerSecond, double medianUs, double p99Us, double p999Us) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.OPERATIONS, perSecond);
        figures.put(Figure.THROUGHPUT, bytesPerSecond / MIB);
        figures.put(Figure.MEDIAN, medianUs);
        figures.put(Figure.P99, p99Us);
        figures.put(Figure.P999, p999Us);
        return new Measurement(figures);
    }

    /** This with one figure more. */
    public Measurement with(Figure figure, double value) {
        Map<Figure, Double> more = new EnumMap<>(Figure.class);
        more.putAll(figures);
        more.put(figure, value);
        return new Measurement(more);
    }

    /** One figure; the contender must tell it. */
    public double get(Figure figure) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalArgumentException("the run did not tell its " + figure.unit());
        }
        return value;
    }
}
