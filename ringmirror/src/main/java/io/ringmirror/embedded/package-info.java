/**
 * A Kafka broker inside this process, for the demo and for a first try without any other service: the place where the
 * logs of a write's journey are kept when there is no cluster.
 */
package io.ringmirror.embedded;
