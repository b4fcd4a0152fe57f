package io.ringmirror.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to measure.
 *
 * @param brokers sizes of the clusters, one run on each
 * @param only names of cases, or what they begin with; all if there is none
 * @param builtIn the built-in client although fio is installed
 * @param serversData where servers keep their images; beside everything else if absent
 */
public record BenchSettings(
        BenchProfile profile, List<Integer> brokers, List<String> only, boolean builtIn, Optional<Path> serversData) {
    public BenchSettings {
        brokers = List.copyOf(brokers);
        only = List.copyOf(only);
        Optional<Integer> odd =
                brokers.stream().filter(count -> count != 1 && count != 3).findAny();
        if (brokers.isEmpty() || odd.isPresent()) {
            throw new IllegalArgumentException(
                    "a cluster of " + odd.map(String::valueOf).orElse("no") + " brokers: it must be one of 1 or of 3");
        }
    }

    boolean wants(BenchCase candidate) {
        return only.isEmpty() || only.stream().anyMatch(candidate.name()::startsWith);
    }
}
