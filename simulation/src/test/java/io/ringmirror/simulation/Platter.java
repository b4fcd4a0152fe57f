package io.ringmirror.simulation;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The bytes of one image: as a reader sees them and as they would be after a power cut, when any of the sectors that were
 * not forced may have the new content or the old.
 */
final class Platter {
    private static final int SECTOR_BYTES = 512;

    private final byte[] current;
    private final byte[] durable;
    private final boolean[] unforced;

    Platter(int sizeBytes) {
        current = new byte[sizeBytes];
        durable = new byte[sizeBytes];
        unforced = new boolean[(sizeBytes + SECTOR_BYTES - 1) / SECTOR_BYTES];
    }

    byte[] current() {
        return current;
    }

    byte[] durable() {
        return durable;
    }

    /** The bytes from one to another are about to change, or just did. */
    void changed(int start, int end) {
        if (end > start) {
            Arrays.fill(unforced, start / SECTOR_BYTES, (end - 1) / SECTOR_BYTES + 1, true);
        }
    }

    void force() {
        forEachUnforced(sector -> copy(current, durable, sector));
        Arrays.fill(unforced, false);
    }

    /** The system failed to force, and holds what it could not write for written. */
    void failToForce(Chance chance) {
        forEachUnforced(sector -> {
            if (chance.oneIn(2)) {
                copy(current, durable, sector);
            }
        });
        Arrays.fill(unforced, false);
    }

    void cutPower(Chance chance) {
        forEachUnforced(sector -> {
            if (chance.oneIn(2)) {
                copy(current, durable, sector);
            }
        });
        System.arraycopy(durable, 0, current, 0, current.length);
        Arrays.fill(unforced, false);
    }

    private void forEachUnforced(IntConsumer action) {
        for (int sector = 0; sector < unforced.length; sector++) {
            if (unforced[sector]) {
                action.accept(sector);
            }
        }
    }

    private static void copy(byte[] from, byte[] to, int sector) {
        int start = sector * SECTOR_BYTES;
        System.arraycopy(from, start, to, start, Math.min(SECTOR_BYTES, from.length - start));
    }
}
