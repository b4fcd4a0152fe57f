package io.ringmirror.streams;

/**
 * How a tracker is.
 *
 * @param state in one word, as Kafka Streams names it
 * @param live false once it has stopped for good and must be started anew
 * @param ready whether it follows its topics and can be asked
 * @param reason why it is not ready, in one line; empty if it is
 */
public record TrackerHealth(String state, boolean live, boolean ready, String reason) {}
