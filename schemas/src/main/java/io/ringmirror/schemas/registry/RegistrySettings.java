package io.ringmirror.schemas.registry;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the registry is and how long to wait for it.
 *
 * @param urls at least one base URL, tried in turn; user and password in one are used as basic authentication
 * @param userInfo {@code user:password} for basic authentication at every URL, in place of what the URLs hold
 * @param timeout the longest wait for one answer
 * @param rounds how often the list of URLs is tried before giving up
 */
public record RegistrySettings(List<URI> urls, Optional<String> userInfo, Duration timeout, int rounds) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    public static final int DEFAULT_ROUNDS = 3;

    public RegistrySettings {
        urls = List.copyOf(urls);
        Objects.requireNonNull(userInfo, "userInfo");
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no URL of a schema registry is given");
        }
        for (URI url : urls) {
            if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
                throw new IllegalArgumentException(
                        "'" + withoutUserInfo(url) + "' is not the http or https URL of a schema registry");
            }
        }
        if (timeout.isNegative() || timeout.isZero() || rounds < 1) {
            throw new IllegalArgumentException("timeout and rounds must be positive");
        }
    }

    /** The URL as it may be shown: without what only the registry should see. */
    static String withoutUserInfo(URI url) {
        return url.getRawUserInfo() == null ? url.toString() : url.toString().replace(url.getRawUserInfo() + "@", "");
    }
}
