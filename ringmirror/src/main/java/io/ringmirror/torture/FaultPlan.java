package io.ringmirror.torture;

import io.ringmirror.torture.Fault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What will happen, drawn from a seed before anything is started: one list for servers and one for brokers and the
 * tracker, which go on side by side, each fault after the one before it was healed. The same seed gives the same plan.
 *
 * @param servers faults of servers
 * @param cluster faults of brokers and tracker
 */
record FaultPlan(List<Fault> servers, List<Fault> cluster) {
    /** Each as often as it is to happen. */
    private static final List<Kind> SERVER_KINDS = List.of(
            Kind.KILL_SOURCE,
            Kind.KILL_SOURCE,
            Kind.KILL_SOURCE,
            Kind.KILL_SOURCE,
            Kind.KILL_DESTINATION,
            Kind.KILL_DESTINATION,
            Kind.KILL_DESTINATION,
            Kind.KILL_ALL,
            Kind.PAUSE_SERVER,
            Kind.PAUSE_SERVER,
            Kind.HOLD_FLUSH,
            Kind.HOLD_FLUSH,
            Kind.HANDOVER,
            Kind.HANDOVER,
            Kind.HANDOVER,
            Kind.TAKE_OVER_DEAD,
            Kind.TAKE_OVER_DEAD,
            Kind.TAKE_OVER_DEAD,
            Kind.TAKE_OVER_STOPPED,
            Kind.TAKE_OVER_STOPPED,
            Kind.TAKE_OVER_STOPPED);

    /** The torture's own brokers have wires that can be silenced. */
    private static final List<Kind> WIRE_KINDS =
            List.of(Kind.CUT_OFF, Kind.CUT_OFF, Kind.TAKE_OVER_CUT_OFF, Kind.TAKE_OVER_CUT_OFF, Kind.TAKE_OVER_CUT_OFF);

    private static final List<Kind> CLUSTER_KINDS =
            List.of(Kind.KILL_TRACKER, Kind.KILL_BROKER, Kind.KILL_BROKER, Kind.KILL_BROKER, Kind.PAUSE_BROKER);

    private static final int LEAST_BEFORE_MS = 500;
    private static final int MORE_BEFORE_MS = 2_500;

    /** Writes wait for most of what happens to a broker, and want to go on for a while in between. */
    private static final int MORE_BEFORE_CLUSTER_MS = 15_000;

    private static final long LEAST_LENGTH_MS = 200;
    private static final int MORE_LENGTH_MS = 5_000;

    FaultPlan {
        servers = List.copyOf(servers);
        cluster = List.copyOf(cluster);
    }

    /**
     * @param seconds how long faults are wanted; there are more than fit into that
     * @param brokers whether brokers are ours to kill
     */
    static FaultPlan draw(long seed, int seconds, boolean brokers) {
        Random random = new Random(seed);
        List<Kind> kinds = new ArrayList<>(SERVER_KINDS);
        if (brokers) {
            kinds.addAll(WIRE_KINDS);
        }
        List<Fault> servers = draw(random, kinds, MORE_BEFORE_MS, seconds);
        return new FaultPlan(
                servers,
                draw(random, brokers ? CLUSTER_KINDS : List.of(Kind.KILL_TRACKER), MORE_BEFORE_CLUSTER_MS, seconds));
    }

    private static List<Fault> draw(Random random, List<Kind> kinds, int moreBeforeMs, int seconds) {
        List<Fault> faults = new ArrayList<>();
        for (long ms = 0; ms < seconds * 1000L; ms += LEAST_BEFORE_MS) {
            faults.add(new Fault(
                    LEAST_BEFORE_MS + random.nextInt(moreBeforeMs),
                    kinds.get(random.nextInt(kinds.size())),
                    random.nextInt(Integer.MAX_VALUE),
                    LEAST_LENGTH_MS + random.nextInt(MORE_LENGTH_MS)));
        }
        return faults;
    }
}
