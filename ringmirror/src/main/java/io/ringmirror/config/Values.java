package io.ringmirror.config;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** The ranges of values that Kafka's own validators do not know, and how addresses are read. Stateless. */
final class Values {
    /** Two halves, each with room for a few of the largest requests. */
    static final Validator CACHE = Range.between(8L << 20, 64L << 30);

    private static final int MAX_SOCKET_BYTES = 107;

    private Values() {}

    /** Allows the key to be unset. */
    static Validator nullOr(Validator range) {
        return LambdaValidator.with(
                (name, value) -> {
                    if (value != null) {
                        range.ensureValid(name, value);
                    }
                },
                range::toString);
    }

    /** Leaves the decision to a constructor that throws {@link IllegalArgumentException}. */
    static Validator checkedBy(Consumer<String> constructor, String range) {
        return LambdaValidator.with(
                (name, value) -> {
                    try {
                        constructor.accept((String) value);
                    } catch (IllegalArgumentException e) {
                        throw new ConfigException(name, value, e.getMessage());
                    }
                },
                () -> range);
    }

    /** An address that {@link #address} reads. */
    static Validator listen() {
        return LambdaValidator.with((name, value) -> address(name, (String) value), () -> "host:port");
    }

    /** A path that the address of a Unix-domain socket has room for, see unix(7). */
    static Validator socket() {
        return LambdaValidator.with(
                (name, value) -> {
                    String path = (String) value;
                    if (path.isBlank() || path.getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_BYTES) {
                        throw new ConfigException(name, value, "must be a path of 1 to " + MAX_SOCKET_BYTES + " bytes");
                    }
                },
                () -> "a path of at most " + MAX_SOCKET_BYTES + " bytes");
    }

    /** Reads {@code host:port}; the host may be an IPv6 address in brackets, and is not looked up. */
    static InetSocketAddress address(String name, String value) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? "" : value.substring(0, colon);
        if (value.startsWith("[") && value.endsWith("]")) {
            throw new ConfigException(name, value, "the port is missing, as in " + value + ":10809");
        } else if (host.equals("*")) {
            throw new ConfigException(name, value, "write 0.0.0.0 or [::] for all addresses of this machine");
        } else if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new ConfigException(name, value, "put the IPv6 address in brackets, as [::1]:10809");
        }
        if (host.isBlank() || !value.substring(colon + 1).matches("\\d{1,5}")) {
            throw new ConfigException(name, value, "must be host:port, as 127.0.0.1:10809");
        }
        int port = Integer.parseInt(value.substring(colon + 1));
        if (port > 65_535) {
            throw new ConfigException(name, value, "the port must be 0 to 65535");
        }
        return InetSocketAddress.createUnresolved(host, port);
    }
}
