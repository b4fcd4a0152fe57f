/**
 * Records to bytes and back, in the encoding that the configuration names: the last of step 3 of a write's journey,
 * before Kafka's producer, and the first of step 6, after its consumer. What a write puts into the ring goes out by
 * {@link io.ringmirror.schemas.serde.RingEncoder}, all else through Avro's generic records. Nothing here skips a record:
 * what cannot be read is an exception.
 */
package io.ringmirror.schemas.serde;
