package io.ringmirror.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: a number, with K, M, G or T in powers of 1024. Stateless. */
public final class Sizes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})([KMGT]?)(iB)?");

    private Sizes() {}

    /**
     * The number of bytes.
     *
     * @throws IllegalArgumentException if it is no size, or more than can be addressed; the message says which
     */
    public static long parse(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a size, as 4096, 512K, 64M, 10G or 1T");
        }
        int shift = 10 * " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + value + "' is more than the 2^63 bytes that can be addressed");
        }
        return number << shift;
    }
}
