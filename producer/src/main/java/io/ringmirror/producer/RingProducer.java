package io.ringmirror.producer;

/**
 * Appends to the logs of one ring under one fence: the port through which a source sees Kafka. The transaction is the
 * fence and nothing else: whether it is committed or aborted means nothing to any reader of the ring.
 *
 * <p>{@link #send} belongs to the owner's thread and never waits. The blocking calls belong to a background thread, and
 * nothing is sent while one of them runs.
 */
public interface RingProducer extends AutoCloseable {
    /**
     * Fences every earlier producer of this mirror: when it returns nothing of theirs enters any log. Blocks.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers did not do it; the fence may then stand or not
     */
    void fence();

    /**
     * Hands a record over; the outcome is told from another thread, for one log in the order of the calls.
     *
     * @return false if that would have to wait, as for a log of which nothing is known now: nothing has happened
     */
    boolean send(int log, byte[] value, Outcome outcome);

    /**
     * Gives up the transaction and begins the next; outcomes of everything sent are told before it returns. It may be
     * called at any time, also long after the brokers have given the transaction up themselves. Blocks.
     *
     * @throws FencedException if a newer owner has fenced this one
     * @throws org.apache.kafka.common.errors.RetriableException if brokers did not answer in time: only this may be
     *     called next, again
     */
    void renew() throws FencedException;

    /** How many logs are known now; 0 if nothing is. Never waits. */
    int logs();

    /** Gives up the transaction if brokers answer within the bound, and lets everything go. */
    @Override
    void close();

    /** Told what became of one record. */
    interface Outcome {
        /**
         * It is in the log.
         *
         * @param last whether nothing else that was handed over is under way; the call may then hand over more
         */
        void appended(long offset, long timeMs, boolean last);

        /** It is not known to be in the log, and may be. */
        void failed(Exception failure);
    }

    /** A newer owner has taken the mirror; this one may append nothing any more. */
    final class FencedException extends Exception {
        private static final long serialVersionUID = 1L;

        public FencedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
