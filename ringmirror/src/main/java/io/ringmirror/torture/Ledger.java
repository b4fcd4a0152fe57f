package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a mirror's clients know of each block: the last write that must be there, and the writes after it that may be
 * there: those whose answer never came, and with {@code ack=flush} those that no flush has covered. Requests that overlap
 * are never in flight together, so a block has one order. Any thread.
 */
final class Ledger {
    private final String mirror;
    private final Violations violations;
    private final Block[] blocks;
    private final AtomicLong connections = new AtomicLong();
    private long moment;

    Ledger(String mirror, int blocks, Violations violations) {
        this.mirror = mirror;
        this.violations = violations;
        this.blocks = new Block[blocks];
        for (int i = 0; i < blocks; i++) {
            this.blocks[i] = new Block();
        }
    }

    /**
     * A write as one block sees it.
     *
     * @param connection on which it was answered or read; {@link #NONE} if its answer never came
     * @param moment when that was
     */
    private record Version(long serial, long fingerprint, long connection, long moment) {
        static final long NONE = 0;

        boolean isSeenBy(long other) {
            return connection != NONE && connection == other;
        }
    }

    /** One block: settled is what must be there unless one of those after it is. */
    private static final class Block {
        private Version settled = new Version(0, BlockContent.ZEROES, Version.NONE, 0);
        private final List<Version> later = new ArrayList<>(0);
        private boolean busy;

        /** What is at this place of {@link #later} must be there from here on, or what is behind it. */
        void settle(int index) {
            settled = later.get(index);
            later.subList(0, index + 1).clear();
        }

        /** The last of those after settled that this holds for; -1 if none. */
        int last(Predicate<Version> condition) {
            for (int i = later.size() - 1; i >= 0; i--) {
                if (condition.test(later.get(i))) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** A number for a new connection: what was answered on one that was lost may be lost with it. */
    long newConnection() {
        return connections.incrementAndGet();
    }

    int blocks() {
        return blocks.length;
    }

    /** Takes the blocks for one request; false, and nothing is taken, if a request has some of them. */
    synchronized boolean take(long firstBlock, int count) {
        for (int i = 0; i < count; i++) {
            if (block(firstBlock + i).busy) {
                return false;
            }
        }
        for (int i = 0; i < count; i++) {
            block(firstBlock + i).busy = true;
        }
        return true;
    }

    /** Gives blocks back that a request took and did not change. */
    synchronized void giveBack(long firstBlock, int count) {
        for (int i = 0; i < count; i++) {
            block(firstBlock + i).busy = false;
        }
    }

    /** The change was answered: from here on its blocks hold it, or what is written later. Gives its blocks back. */
    synchronized void acknowledged(Change change) {
        for (int i = 0; i < change.blocks(); i++) {
            Block block = block(change.firstBlock() + i);
            block.later.add(version(change, i, Version.NONE));
            block.settle(block.later.size() - 1);
            block.busy = false;
        }
    }

    /** The change was answered, and may be lost until a flush covers it. Gives its blocks back; tells when that was. */
    synchronized long answered(Change change, long connection) {
        moment++;
        for (int i = 0; i < change.blocks(); i++) {
            Block block = block(change.firstBlock() + i);
            block.later.add(version(change, i, connection));
            block.busy = false;
        }
        return moment;
    }

    /** Nobody knows whether the change is there, block by block. Gives its blocks back. */
    synchronized void unknown(Change change) {
        for (int i = 0; i < change.blocks(); i++) {
            Block block = block(change.firstBlock() + i);
            block.later.add(version(change, i, Version.NONE));
            block.busy = false;
        }
    }

    /** The present moment: a flush that is sent now covers all that was answered or read before on its connection. */
    synchronized long moment() {
        return moment;
    }

    /** A flush was answered: what was answered or read on its connection before it was sent must stay. */
    synchronized void flushed(long connection, long sentAt) {
        for (Block block : blocks) {
            int covered = block.last(version -> version.isSeenBy(connection) && version.moment() <= sentAt);
            if (covered >= 0) {
                block.settle(covered);
            }
        }
    }

    /**
     * A block was read from the mirror's source: what may be there must stay, from here on or, on a connection whose
     * answers may be lost, from the next flush on; what is not there will never be. A block that some request has
     * meanwhile is passed over.
     *
     * @param connection on which it was read; 0 if what is read can not be lost
     * @param described what was read, for a message
     */
    synchronized void readBack(long number, long fingerprint, long connection, String where, String described) {
        Block block = block(number);
        if (block.busy) {
            return;
        }
        int own = block.last(version -> version.isSeenBy(connection));
        int found = block.last(version -> version.fingerprint() == fingerprint);
        boolean settled = own < 0 && found < 0 && block.settled.fingerprint() == fingerprint;
        if (settled) {
            block.later.clear();
        } else if (found >= 0 && found >= own) {
            found(block, found, connection);
        } else {
            lost(block, number, fingerprint, where, described);
        }
    }

    private void found(Block block, int index, long connection) {
        block.later.subList(index + 1, block.later.size()).clear();
        Version version = block.later.get(index);
        if (connection == Version.NONE) {
            block.settle(index);
        } else if (!version.isSeenBy(connection)) {
            moment++;
            block.later.set(index, new Version(version.serial(), version.fingerprint(), connection, moment));
        }
    }

    private void lost(Block block, long number, long fingerprint, String where, String described) {
        violations.add(
                Kind.LOST,
                "mirror " + mirror + ", block " + number + " at " + where + " holds " + described + "; write "
                        + block.settled.serial() + " was acknowledged, " + serials(block) + " may be there");
        block.settled = new Version(block.settled.serial(), fingerprint, Version.NONE, moment);
        block.later.clear();
    }

    private Version version(Change change, int block, long connection) {
        return new Version(change.serial(), change.fingerprints().get(block), connection, moment);
    }

    /** What a block must hold, or may, for somebody who reads it from here on. */
    synchronized Expected expected(long number) {
        Block block = block(number);
        int answered = block.last(version -> version.connection() != Version.NONE);
        List<Version> present = new ArrayList<>(block.later.subList(Math.max(answered, 0), block.later.size()));
        if (answered < 0) {
            present.add(0, block.settled);
        }
        return new Expected(
                present.get(0).serial(),
                present.stream().map(Version::fingerprint).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * What a block held or may have held at some moment.
     *
     * @param acknowledged serial of the last write that was answered
     * @param fingerprints of that and of those after it
     */
    record Expected(long acknowledged, Set<Long> fingerprints) {
        /** Whether this is none of them, and older; of zeroes nobody knows when they were written. */
        boolean isNewerThan(ByteBuffer block) {
            return !fingerprints.contains(BlockContent.fingerprint(block))
                    && BlockContent.read(block)
                            .filter(stamp -> stamp.serial() < acknowledged)
                            .isPresent();
        }
    }

    private static List<Long> serials(Block block) {
        return block.later.stream().map(Version::serial).toList();
    }

    private Block block(long number) {
        return blocks[Math.toIntExact(number)];
    }
}
