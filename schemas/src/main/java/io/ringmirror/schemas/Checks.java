package io.ringmirror.schemas;

import java.util.Locale;
import java.util.regex.Pattern;

/** The checks that records of this package share; each throws {@link IllegalArgumentException} naming the field. */
final class Checks {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

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
        if (value == null || !NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " is '" + value
                    + "'; use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end");
        }
        return value;
    }

    static String notBlank(String field, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(field + " is empty");
        }
        return value;
    }
}
