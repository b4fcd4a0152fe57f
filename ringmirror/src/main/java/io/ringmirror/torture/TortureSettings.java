package io.ringmirror.torture;

import java.util.Map;
import java.util.Optional;

/**
 * What a torture is to be.
 *
 * @param topology as {@link Topology#parse} reads it
 * @param seconds how long faults go on
 * @param seed of the plan of faults
 * @param ack what an answer means, as servers are configured: {@code write} or {@code flush}
 * @param cluster the user's own cluster, as configuration keys; empty for three brokers on loopback
 * @param corrupt whether a block of a replica is overwritten before the end is checked, to see that this is found
 */
public record TortureSettings(
        String topology, int seconds, long seed, String ack, Optional<Map<String, String>> cluster, boolean corrupt) {
    /** @throws IllegalArgumentException if a value is none that can be used */
    public TortureSettings {
        Topology.parse(topology);
        if (seconds < 1) {
            throw new IllegalArgumentException("--seconds is " + seconds + "; it must be at least 1");
        }
        if (!ack.equals("write") && !ack.equals("flush")) {
            throw new IllegalArgumentException("--ack is '" + ack + "'; it is write or flush");
        }
        cluster = cluster.map(Map::copyOf);
    }
}
