package io.ringmirror.config;

import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * Gathers the configuration: a properties file, over it the environment, over that what the command line sets. Stateless.
 *
 * <p>An environment variable is the key in upper case after {@code RINGMIRROR_}, with dots as underscores, hyphens as
 * three and underscores as two, as Kafka's own image has it: {@code RINGMIRROR_NBD_LISTEN} is {@code nbd.listen}.
 */
public final class ConfigSources {
    private static final String PREFIX = "RINGMIRROR_";

    /** Variables of the launcher, which are not configuration. */
    private static final Set<String> LAUNCHER =
            Set.of("RINGMIRROR_OPTS", "RINGMIRROR_HEAP_OPTS", "RINGMIRROR_LOG_LEVEL");

    private ConfigSources() {}

    /**
     * The keys and values of all three.
     *
     * @throws ConfigException if the file cannot be read
     */
    public static Map<String, String> gather(
            Optional<Path> file, Map<String, String> environment, Map<String, String> set) {
        Map<String, String> properties = new HashMap<>();
        file.ifPresent(path -> properties.putAll(read(path)));
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !LAUNCHER.contains(name)) {
                properties.put(key(name.substring(PREFIX.length())), value);
            }
        });
        properties.putAll(set);
        return properties;
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("configuration file " + file + " cannot be read: " + Reason.of(e));
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> values.put((String) key, ((String) value).strip()));
        return values;
    }

    private static String key(String variable) {
        return variable.toLowerCase(Locale.ROOT)
                .replace("___", "-")
                .replace("__", "\0")
                .replace('_', '.')
                .replace('\0', '_');
    }
}
