package io.ringmirror.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key for one mirror's Kafka clients alone, as {@code mirror.shop.bootstrap.servers}: a mirror may be on a cluster of its
 * own.
 *
 * @param mirror whose clients it is for
 * @param key what it sets for them
 */
record MirrorKey(String mirror, String key) {
    private static final Pattern FORM = Pattern.compile("mirror\\.([a-z0-9-]+)\\.(.+)");

    /** The key as one of a mirror; empty if it is none. */
    static Optional<MirrorKey> of(String key) {
        Matcher form = FORM.matcher(key);
        return form.matches() ? Optional.of(new MirrorKey(form.group(1), form.group(2))) : Optional.empty();
    }
}
