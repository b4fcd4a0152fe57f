package io.ringmirror.bench.cases;

import com.sun.management.OperatingSystemMXBean;
import io.ringmirror.bench.Compilers;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * How busy the machine's processors are while something runs, whoever keeps them busy: brokers, servers, clients and
 * compilers, of which it tells by themselves. It tells what is short, processors or something that is waited for. One thread.
 */
final class Processors {
    private static final double PERCENT = 100;
    private static final double US_PER_S = 1e6;

    private final Compilers compilers = new Compilers(ProcessHandle.current());
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Counts operations for a while. */
    @FunctionalInterface
    interface Run {
        Measurement measure() throws IOException, InterruptedException;
    }

    /** The run's figures, with how busy it kept the processors, and for how long for each operation. */
    Measurement during(Run run) throws IOException, InterruptedException {
        compilers.sinceLast();
        system.getCpuLoad(); // each call tells of the time since the last one
        Measurement measured = run.measure();
        double load = system.getCpuLoad();
        double busyUsPerSecond = load * system.getAvailableProcessors() * US_PER_S;
        return measured.with(Figure.COMPILING, compilers.sinceLast())
                .with(Figure.BUSY, load * PERCENT)
                .with(Figure.PROCESSOR_TIME, busyUsPerSecond / measured.get(Figure.OPERATIONS));
    }
}
