package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An NBD client that puts load on exports, all of them at a time. */
public interface NbdLoad {
    /** Which client it is, for the report. */
    String name();

    /** Whether it reaches servers over their Unix-domain sockets; over TCP if not. */
    boolean local();

    /** Runs it once, with a client for each target, of which several may be one export; all are counted together. */
    Measurement run(List<Target> targets, Workload workload, Duration duration)
            throws IOException, InterruptedException;

    /**
     * An export of a server.
     *
     * @param address where it is served over TCP
     * @param socket where over a Unix-domain socket; empty where the load is not {@link #local}
     * @param export its name, empty where a server has one export only
     */
    record Target(InetSocketAddress address, Optional<Path> socket, String export) {}
}
