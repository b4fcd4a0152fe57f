package io.ringmirror.torture;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One mirror under torture: where it goes, and everything that is known of it by clients, ring and clock. Its parts have
 * owners of their own; this only holds them together.
 */
final class TortureMirror {
    /** Its volumes, of the same size; blocks are numbered through them. */
    static final List<String> VOLUMES = List.of("disk", "journal");

    static final int BLOCKS = 4096;
    static final int VOLUME_BLOCKS = BLOCKS / VOLUMES.size();

    /** The last blocks, which only {@link Witness}es write. */
    static final int WITNESS_BLOCKS = 16;

    private final int number;
    private final Topology.Route route;
    private final boolean forced;
    private final Ledger ledger;
    private final RingHistory history = new RingHistory(BLOCKS);
    private final Acknowledgements acknowledgements;
    private final RingOrder order;
    private final Progress progress = new Progress();
    private final AtomicLong serials = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** @param forced whether what is answered must stay, flushed or not: {@code ack=write} */
    TortureMirror(int number, Topology.Route route, boolean forced, Violations violations) {
        this.number = number;
        this.forced = forced;
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

    /** Whether an answer alone is a promise, and not only one that a flush covers. */
    boolean forced() {
        return forced;
    }

    String export(String volume) {
        return name() + "/" + volume;
    }

    /** Which of the volumes has a block. */
    static int volumeOf(long block) {
        return Math.toIntExact(block / VOLUME_BLOCKS);
    }

    /** Where a block is in its volume. */
    static long offsetBytes(long block) {
        return block % VOLUME_BLOCKS * BlockContent.BLOCK_BYTES;
    }

    /** The block at this place of a volume; -1 if there is no such volume. */
    static long block(String volume, long offsetBytes) {
        int index = VOLUMES.indexOf(volume);
        return index < 0 ? -1 : (long) index * VOLUME_BLOCKS + offsetBytes / BlockContent.BLOCK_BYTES;
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
