package io.ringmirror.streams;

import org.apache.kafka.streams.KafkaStreams;

/**
 * How a tracker is.
 *
 * @param state in one word, as Kafka Streams names it
 * @param live false once it has stopped for good, or does not get on, and must be started anew
 * @param ready whether it follows its topics and can be asked
 * @param reason why it is not ready, in one line; empty if it is
 */
public record TrackerHealth(String state, boolean live, boolean ready, String reason) {
    /** Whether it has ended: what does not get on may yet, when brokers answer again. */
    public boolean ended() {
        return state.equals(KafkaStreams.State.PENDING_ERROR.name())
                || state.equals(KafkaStreams.State.ERROR.name())
                || state.equals(KafkaStreams.State.NOT_RUNNING.name());
    }
}
