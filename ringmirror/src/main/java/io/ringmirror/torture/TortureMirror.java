package io.ringmirror.torture;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One mirror under torture: where it goes, and everything that is known of it by clients, ring and clock. Its parts have
 * owners of their own; this only holds them together.
 */
final class TortureMirror {
    static final String VOLUME = "disk";
    static final int BLOCKS = 4096;

    /** The last blocks, which only {@link Witness}es write. */
    static final int WITNESS_BLOCKS = 16;

    private final int number;
    private final Topology.Route route;
    private final Ledger ledger;
    private final RingHistory history = new RingHistory(BLOCKS);
    private final Acknowledgements acknowledgements;
    private final RingOrder order;
    private final Progress progress = new Progress();
    private final AtomicLong serials = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    TortureMirror(int number, Topology.Route route, Violations violations) {
        this.number = number;
        this.route = route;
        this.ledger = new Ledger(route.mirror(), BLOCKS, violations);
        this.acknowledgements = new Acknowledgements(route.mirror(), violations);
        this.order = new RingOrder(route.mirror(), history, acknowledgements, violations);
    }

    int number() {
        return number;
    }

    String name() {
        return route.mirror();
    }

    String export() {
        return name() + "/" + VOLUME;
    }

    List<String> replicas() {
        return route.replicas();
    }

    /** The server that the ring names as its source; the one it was made with before the first term. */
    String source() {
        String server = order.term().server();
        return server.isEmpty() ? route.source() : server;
    }

    Ledger ledger() {
        return ledger;
    }

    RingHistory history() {
        return history;
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    RingOrder order() {
        return order;
    }

    Progress progress() {
        return progress;
    }

    long nextSerial() {
        return serials.incrementAndGet();
    }

    /** Requests that changed something, answered or not. */
    long writes() {
        return serials.get();
    }

    void sent(Change change) {
        bytes.addAndGet(change.lengthBytes());
    }

    /** What all of them covered. */
    long bytes() {
        return bytes.get();
    }
}
