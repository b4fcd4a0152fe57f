/**
 * Records to bytes and back, in the encoding that the configuration names: the last of step 3 of a write's journey,
 * before Kafka's producer, and the first of step 6, after its consumer. Nothing here skips a record: what cannot be read
 * is an exception.
 */
package io.ringmirror.schemas.serde;
