package io.ringmirror.demo;

/**
 * What the demo came to; its fields are those of {@code demo -o json}, for this run alone.
 *
 * @param identical source and destination hold the same bytes
 * @param writes requests that changed the volume, all acknowledged
 * @param bytes payload of those that carried any
 * @param epochs flush epochs sealed
 * @param sourceFlushes flushes of the source's cache
 * @param destinationFlushes flushes of the destination's cache
 * @param requiredLogs most logs that were in use at a time, ever
 * @param ringLogs logs that the ring has
 * @param releasedEpochs epochs whose logs were given back
 * @param deallocatedRecords data records deleted from Kafka
 * @param rpoSeconds age of what the destination lacked at the end
 * @param seconds the run took, from the first write to the verdict
 */
public record DemoReport(
        boolean identical,
        long writes,
        long bytes,
        long epochs,
        long sourceFlushes,
        long destinationFlushes,
        long requiredLogs,
        int ringLogs,
        long releasedEpochs,
        long deallocatedRecords,
        double rpoSeconds,
        double seconds) {}
