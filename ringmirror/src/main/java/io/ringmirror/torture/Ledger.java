package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What a mirror's clients know of each block: the last write that must be there, and the writes after it that may be
 * there because their answer never came. Requests that overlap are never in flight together, so a block has one order.
 * Any thread.
 */
final class Ledger {
    private final String mirror;
    private final Violations violations;
    private final Block[] blocks;

    Ledger(String mirror, int blocks, Violations violations) {
        this.mirror = mirror;
        this.violations = violations;
        this.blocks = new Block[blocks];
        for (int i = 0; i < blocks; i++) {
            this.blocks[i] = new Block();
        }
    }

    /** A write as one block sees it. */
    private record Version(long serial, long fingerprint) {}

    /** One block: settled is what must be there unless one of the unknown is. */
    private static final class Block {
        private Version settled = new Version(0, BlockContent.ZEROES);
        private final List<Version> unknown = new ArrayList<>(0);
        private boolean busy;
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
            block.settled = new Version(change.serial(), change.fingerprints().get(i));
            block.unknown.clear();
            block.busy = false;
        }
    }

    /** Nobody knows whether the change is there, block by block. Gives its blocks back. */
    synchronized void unknown(Change change) {
        for (int i = 0; i < change.blocks(); i++) {
            Block block = block(change.firstBlock() + i);
            block.unknown.add(new Version(change.serial(), change.fingerprints().get(i)));
            block.busy = false;
        }
    }

    /**
     * A block was read from the mirror's source: what may be there is settled now and must stay. A block that some
     * request has meanwhile is passed over.
     *
     * @param described what was read, for a message
     */
    synchronized void readBack(long number, long fingerprint, String where, String described) {
        Block block = block(number);
        if (block.busy || settle(block, fingerprint)) {
            return;
        }
        violations.add(
                Kind.LOST,
                "mirror " + mirror + ", block " + number + " at " + where + " holds " + described + "; write "
                        + block.settled.serial() + " was acknowledged, " + serials(block) + " may be there");
        block.settled = new Version(block.settled.serial(), fingerprint);
        block.unknown.clear();
    }

    private static boolean settle(Block block, long fingerprint) {
        if (block.settled.fingerprint() != fingerprint) {
            List<Version> there = block.unknown.stream()
                    .filter(version -> version.fingerprint() == fingerprint)
                    .toList();
            if (there.isEmpty()) {
                return false;
            }
            block.settled = there.get(there.size() - 1);
        }
        block.unknown.clear();
        return true;
    }

    private static List<Long> serials(Block block) {
        return block.unknown.stream().map(Version::serial).toList();
    }

    private Block block(long number) {
        return blocks[Math.toIntExact(number)];
    }
}
