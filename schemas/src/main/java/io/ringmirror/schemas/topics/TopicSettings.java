package io.ringmirror.schemas.topics;

/**
 * What the operator decides about the topics that are made.
 *
 * @param replicationFactor copies of each log; 3 on a cluster
 * @param minInsyncReplicas copies that must have a record before it counts; 2 of 3
 * @param segmentBytes size of a ring's segments: a log on disk is its live data and one of these, and one of these
 *     must take the largest batch of records
 * @param flushEachRecord whether a broker forces each record to disk before it answers; for a lone broker
 */
public record TopicSettings(short replicationFactor, int minInsyncReplicas, int segmentBytes, boolean flushEachRecord) {
    public static final int DEFAULT_SEGMENT_BYTES = 16 << 20;
    private static final int LEAST_SEGMENT_BYTES = TopicPlan.LARGEST_RECORD_BYTES;

    public TopicSettings {
        requireRange("replication.factor", replicationFactor, 1, Short.MAX_VALUE);
        requireRange("min.insync.replicas", minInsyncReplicas, 1, replicationFactor);
        requireRange("segment.bytes", segmentBytes, LEAST_SEGMENT_BYTES, Integer.MAX_VALUE);
    }

    /** What suits a cluster of so many brokers: three copies of which two must answer, or as many as there are. */
    public static TopicSettings forBrokers(int brokers) {
        int copies = Math.min(3, brokers);
        return new TopicSettings((short) copies, Math.min(2, copies), DEFAULT_SEGMENT_BYTES, brokers == 1);
    }

    private static void requireRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " is " + value + "; it must be at least " + least + " and at most " + most);
        }
    }
}
