package io.ringmirror.schemas;

import java.util.Locale;

/** The checks that records of this package share; each throws {@link IllegalArgumentException} naming the field. */
final class Checks {
    private static final int MAX_NAME_LENGTH = 63;

    private Checks() {}

    static long atLeast(String field, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s is %d; it must be at least %d", field, value, least));
        }
        return value;
    }

    /** Names of mirrors, volumes and servers: they become parts of topic names, group ids and file names. */
    static String name(String field, String value) {
        if (value == null || !isName(value)) {
            throw new IllegalArgumentException(field + " is '" + value
                    + "'; use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end");
        }
        return value;
    }

    /** Asked of every record, hence without a pattern. */
    private static boolean isName(String value) {
        int last = value.length() - 1;
        if (last < 0 || last >= MAX_NAME_LENGTH || value.charAt(0) == '-' || value.charAt(last) == '-') {
            return false;
        }
        for (int i = 0; i <= last; i++) {
            char c = value.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    static String notBlank(String field, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(field + " is empty");
        }
        return value;
    }
}
