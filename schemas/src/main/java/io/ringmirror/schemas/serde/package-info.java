/**
 * Records to bytes and back, in the encoding that the configuration names: the last step of a record before Kafka's
 * producer and the first after its consumer. Nothing here skips a record: what cannot be read is an exception.
 */
package io.ringmirror.schemas.serde;
