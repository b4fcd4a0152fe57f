package io.ringmirror.torture;

/**
 * What a torture came to; its fields are those of {@code torture -o json}. Fields may be added under one version, never
 * changed or removed.
 *
 * @param version of this form
 * @param topology as given
 * @param seed of the plan of faults
 * @param seconds from the first fault to the last healed
 * @param kills servers killed, each time
 * @param pauses servers stopped and continued
 * @param partitions servers cut off from the brokers, and connected again
 * @param promotions roles that went from one server to another, and were asked for
 * @param brokerKills brokers killed
 * @param brokerPauses brokers stopped and continued
 * @param trackerKills trackers killed
 * @param exits servers that ended by themselves and were started again
 * @param writes requests that change something, sent
 * @param acknowledged those that were answered
 * @param bytes what they covered
 * @param epochs flush epochs that were opened, in all mirrors
 * @param terms reigns that began, in all mirrors
 * @param replicaChecks replicas held against the ring while their server was down
 * @param lost blocks without their last acknowledged write
 * @param prefixViolations blocks of replicas that are no prefix, and records of the ring out of order
 * @param zombieAcks writes acknowledged by a server that had no right to
 * @param zombieReads reads that an old source answered with something older than its successor had acknowledged
 * @param stuck times that a mirror did not go on within its bound
 * @param identical all replicas hold the same bytes at the end, and those that clients and ring know of
 * @param maxStallSeconds longest time that writes of a mirror stood still
 */
public record TortureReport(
        int version,
        String topology,
        long seed,
        double seconds,
        long kills,
        long pauses,
        long partitions,
        long promotions,
        long brokerKills,
        long brokerPauses,
        long trackerKills,
        long exits,
        long writes,
        long acknowledged,
        long bytes,
        long epochs,
        long terms,
        long replicaChecks,
        long lost,
        long prefixViolations,
        long zombieAcks,
        long zombieReads,
        long stuck,
        boolean identical,
        double maxStallSeconds) {
    static final int VERSION = 1;

    /** Whether everything held. */
    public boolean clean() {
        return lost == 0 && prefixViolations == 0 && zombieAcks == 0 && zombieReads == 0 && stuck == 0 && identical;
    }
}
