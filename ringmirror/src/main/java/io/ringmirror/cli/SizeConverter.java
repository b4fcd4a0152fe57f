package io.ringmirror.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: a number, with K, M, G or T in powers of 1024. */
final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})([KMGT]?)(iB)?");

    @Override
    public Long convert(String value) {
        return bytes(value);
    }

    static long bytes(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is not a size, as 4096, 512K, 64M, 10G or 1T");
        }
        int shift = 10 * " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("'" + value + "' is more than the 2^63 bytes that can be addressed");
        }
        return number << shift;
    }
}
