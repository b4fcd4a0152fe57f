package io.ringmirror.cli;

import java.util.Locale;

/** Sizes and times in few characters, for people. */
final class Quantities {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Quantities() {}

    /** Bytes in the largest unit that leaves at least 1, as 1.5 GiB. */
    static String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean whole = value == Math.rint(value);
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Milliseconds as 0 s, 1.5 s, 2 m 5 s or 3 h 10 m. */
    static String duration(long ms) {
        long seconds = ms / 1000;
        if (seconds < 60) {
            return ms % 1000 == 0 ? seconds + " s" : String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
        } else if (seconds < 3600) {
            return seconds / 60 + " m " + seconds % 60 + " s";
        } else {
            return seconds / 3600 + " h " + seconds / 60 % 60 + " m";
        }
    }
}
