package io.ringmirror.producer.nbd;

import io.ringmirror.producer.BlockDevice;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where an NBD server listens and how much it takes on at a time.
 *
 * @param host name or address of the interface to listen on
 * @param port TCP port, 0 for any free one
 * @param socket where a Unix-domain socket for clients of this machine is made, which spares them TCP; empty for none
 * @param maxConnections connections at a time; more are closed as they come
 * @param maxRequestsInFlight requests of one connection from reading them to having sent the reply; at the bound
 *     nothing more is read from that connection; with all connections at most {@link BlockDevice#MAX_REQUESTS}
 * @param maxBytesInFlight data of requests in flight to one mirror, as much for each: one half for reads, the other for
 *     writes, so that neither waiting writes nor replies that nobody takes hold up another mirror; at least
 *     {@link #MIN_BYTES_IN_FLIGHT}
 */
public record NbdSettings(
        String host,
        int port,
        Optional<Path> socket,
        int maxConnections,
        int maxRequestsInFlight,
        long maxBytesInFlight) {
    /** The port registered for NBD. */
    public static final int DEFAULT_PORT = 10809;

    /** The largest request must fit in either half. */
    public static final long MIN_BYTES_IN_FLIGHT = 2L * Protocol.MAX_PAYLOAD_BYTES;

    public NbdSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(socket, "socket");
        require(!host.isBlank(), "NBD listen host is blank; use a name or an address, as 127.0.0.1");
        require(port >= 0 && port <= 65_535, "NBD port is " + port + "; use 0 to 65535");
        require(
                maxConnections >= 1 && maxConnections <= 65_536,
                "NBD connections are limited to " + maxConnections + "; use 1 to 65536");
        require(
                maxRequestsInFlight >= 1 && maxRequestsInFlight <= 65_536,
                "NBD requests in flight are limited to " + maxRequestsInFlight + " per connection; use 1 to 65536");
        require(
                (long) maxConnections * maxRequestsInFlight <= BlockDevice.MAX_REQUESTS,
                "NBD connections x requests in flight on one are limited to " + maxConnections + " x "
                        + maxRequestsInFlight + "; use at most " + BlockDevice.MAX_REQUESTS
                        + " together, as many as a mirror holds");
        require(
                maxBytesInFlight >= MIN_BYTES_IN_FLIGHT,
                "NBD bytes in flight are limited to " + maxBytesInFlight + "; use at least " + MIN_BYTES_IN_FLIGHT
                        + ", room for the largest read and the largest write");
    }

    /** Over TCP only. */
    public NbdSettings(String host, int port, int maxConnections, int maxRequestsInFlight, long maxBytesInFlight) {
        this(host, port, Optional.empty(), maxConnections, maxRequestsInFlight, maxBytesInFlight);
    }

    /** Of the reads of all connections to one mirror. */
    long maxBytesOfReads() {
        return maxBytesInFlight / 2;
    }

    /** Of the writes of all connections to one mirror. */
    long maxBytesOfWrites() {
        return maxBytesInFlight / 2;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
