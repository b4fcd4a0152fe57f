package io.ringmirror.bench;

/** What is measured, and in which unit it is told. */
public enum Figure {
    OPERATIONS("ops/s"),
    THROUGHPUT("MiB/s"),
    MEDIAN("median us"),
    P99("p99 us"),
    P999("p99.9 us"),
    BUSY("% of processors"),
    PROCESSOR_TIME("us of processors / op"),
    COMPILING("processors compiling"),
    REWRITTEN("bytes flushed / distinct"),
    BEHIND("MiB behind"),
    RESIDENT("MiB resident"),
    THREADS("threads"),
    START("s to start");

    private final String unit;

    Figure(String unit) {
        this.unit = unit;
    }

    public String unit() {
        return unit;
    }
}
