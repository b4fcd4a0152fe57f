/**
 * The topics themselves: what they must be, whether they are, and the small compacted ones read whole. Everything here
 * happens before a write's journey begins (a server checks its topics and starts) or after it ends (a released log is
 * deallocated). Every wait for Kafka is bounded.
 */
package io.ringmirror.schemas.topics;
