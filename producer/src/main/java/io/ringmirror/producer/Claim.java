package io.ringmirror.producer;

/** On what ground a server takes the role of a mirror's source. */
public enum Claim {
    /**
     * It had the role when it ended, and nobody has taken it since: it wrote the ring's last TermBegin, or is the first
     * source of a ring without one.
     */
    OWNER,
    /** Somebody ordered it to: whoever owns the mirror is fenced. */
    ORDERED
}
