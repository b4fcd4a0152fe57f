package io.ringmirror.producer;

/** How much of the heap one mirror's records may take on their way to the log. The owner's thread only. */
public interface InflightBound {
    /**
     * Whether a request that becomes so many bytes of records may be taken in beside those queued. One request may pass
     * any bound, if there is memory for it.
     */
    boolean mayTake(long queuedBytes, long requestBytes);

    /** So many bytes are queued, as the log has taken some. */
    default void queued(long bytes) {}

    /** Nothing is queued any more, and nothing will be. */
    default void close() {}

    /** A bound of one mirror's own. */
    static InflightBound of(long bytes) {
        return (queuedBytes, requestBytes) -> queuedBytes < bytes;
    }
}
