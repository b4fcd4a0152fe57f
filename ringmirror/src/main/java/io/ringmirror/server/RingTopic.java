package io.ringmirror.server;

/**
 * The topic that a running mirror follows.
 *
 * @param name which another topic may have later
 * @param id which no other topic ever has
 */
record RingTopic(String name, String id) {}
