package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** An NBD client that puts load on exports, all of them at a time. */
public interface NbdLoad {
    /** Which client it is, for the report. */
    String name();

    /** Runs it once; several exports are counted together. */
    Measurement run(List<Target> targets, Workload workload, Duration duration)
            throws IOException, InterruptedException;

    /** An export of a server; the name is empty where a server has one export only. */
    record Target(InetSocketAddress address, String export) {}
}
