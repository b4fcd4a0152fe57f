package io.ringmirror.producer;

import java.util.OptionalLong;

/** On what ground a server takes the role of a mirror's source. */
public sealed interface Claim {
    /** See {@link Owner}. */
    Claim OWNER = new Owner(OptionalLong.empty());

    /**
     * It had the role when it ended, and nobody has taken it since: it wrote the ring's last TermBegin, or is the first
     * source of a ring without one.
     *
     * @param lastTerm the last term in which this process had the role: a higher one is another's, also where that has the
     *     same replica, as two servers on copies of one directory do; absent when the process has just started
     */
    record Owner(OptionalLong lastTerm) implements Claim {}

    /**
     * Somebody ordered it to: whoever owns the mirror is fenced.
     *
     * @param expectedTerm the ring's term when that was ordered; any if absent
     * @param deadlineMs the latest time of the log at which the order holds, milliseconds since the epoch
     * @param handedOver the source of the expected term has handed over: it serves nobody any more, and its lease need not
     *     be waited out. False of a source that was not asked, did not answer, or is not known to have obeyed
     */
    record Ordered(OptionalLong expectedTerm, long deadlineMs, boolean handedOver) implements Claim {}

    /** An order at any term and time, over a source that has not handed over. */
    static Ordered ordered() {
        return new Ordered(OptionalLong.empty(), Long.MAX_VALUE, false);
    }
}
