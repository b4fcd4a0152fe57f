package io.ringmirror.replica;

import java.util.Locale;

/** A record's place in the ring and its numbers: what the rules of the {@link Chain} ask of every record. */
public interface LogEntry {
    /** The log (partition). */
    int log();

    /** Its offset there. */
    long offset();

    /** Kafka's leader epoch of its batch, or -1 where unknown. */
    int leaderEpoch();

    /** Log-append time, milliseconds since the epoch. */
    long timeMs();

    long term();

    long epoch();

    long sequence();

    /** What it is, in a word. */
    String kind();

    /** Where it stands and what it is, for messages; never its payload. */
    default String describe() {
        return String.format(
                Locale.ROOT,
                "%s in log %d at offset %d (term %d, epoch %d, sequence %d)",
                kind(),
                log(),
                offset(),
                term(),
                epoch(),
                sequence());
    }
}
