/** What puts load on a server or a log and measures it: NBD clients, and Kafka's own clients without a server. */
package io.ringmirror.bench.load;
