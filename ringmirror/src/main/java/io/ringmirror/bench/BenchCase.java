package io.ringmirror.bench;

import java.util.List;

/**
 * Contenders that are run side by side, and what is to be known of them.
 *
 * @param name short, for choosing it
 * @param title what is measured, in one line
 * @param contenders at least one; each is run once a round, in turns of who is first
 * @param comparisons in the order of the report
 */
public record BenchCase(String name, String title, List<Contender> contenders, List<Comparison> comparisons) {
    public BenchCase {
        contenders = List.copyOf(contenders);
        comparisons = List.copyOf(comparisons);
    }
}
