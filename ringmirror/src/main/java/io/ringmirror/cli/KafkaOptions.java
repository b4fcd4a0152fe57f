package io.ringmirror.cli;

import io.ringmirror.config.ConfigSources;
import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options that say which cluster a command speaks to, and how; they make the configuration. */
final class KafkaOptions {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaOptions.class);

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT,...",
            description = "Brokers to ask first; sets bootstrap.servers, for whatever mirror.")
    private String bootstrapServers;

    @Option(
            names = {"-c", "--config", "--command-config"},
            paramLabel = "FILE",
            description = "Properties file: RingMirror's keys (docs/configuration.md) and those of Kafka's clients.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a key over the file and the environment (RINGMIRROR_KEY); may be repeated.")
    private final Map<String, String> set = new LinkedHashMap<>();

    /** Whether the user says anything about a cluster. */
    boolean namesCluster() {
        return bootstrapServers != null || file != null || !set.isEmpty();
    }

    /** The configuration, with its unknown keys warned of. */
    RingMirrorConfig config() {
        return config(Optional.empty());
    }

    /**
     * The configuration for a command about these mirrors, which may be on a cluster of their own. Brokers that the command
     * line names are those of the mirror, whatever the mirror's own keys say.
     *
     * @param timeout another limit on each request to Kafka
     * @throws CommandException if one of several mirrors has keys of its own
     */
    RingMirrorConfig config(Optional<Duration> timeout, List<String> mirrors) {
        RingMirrorConfig config = config(timeout);
        Set<String> withKeys = bootstrapServers == null ? config.mirrorsWithKeys() : Set.of();
        Optional<String> elsewhere = mirrors.stream().filter(withKeys::contains).findFirst();
        if (elsewhere.isPresent() && mirrors.size() > 1) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "mirror '" + elsewhere.get() + "' has keys of its own (mirror." + elsewhere.get()
                            + ".); name it alone");
        }
        return elsewhere.map(config::ofMirror).orElse(config);
    }

    private RingMirrorConfig config(Optional<Duration> timeout) {
        Map<String, String> settings = new HashMap<>(set);
        if (bootstrapServers != null) {
            settings.put(Keys.BOOTSTRAP_SERVERS, bootstrapServers);
        }
        timeout.ifPresent(limit -> settings.put(
                Keys.KAFKA_TIMEOUT_MS, Long.toString(Math.max(Keys.LEAST_KAFKA_TIMEOUT_MS, limit.toMillis()))));
        Map<String, String> gathered = ConfigSources.gather(Optional.ofNullable(file), System.getenv(), settings);
        if (!gathered.containsKey(Keys.BOOTSTRAP_SERVERS)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "no brokers are named; give --bootstrap-server HOST:PORT, or bootstrap.servers in --config FILE or as"
                            + " RINGMIRROR_BOOTSTRAP_SERVERS");
        }
        RingMirrorConfig config = new RingMirrorConfig(gathered);
        config.unknownKeys()
                .forEach(key -> LOG.warn(
                        "unknown configuration key '{}' is ignored{}",
                        key,
                        RingMirrorConfig.meantBy(key)
                                .map(meant -> "; did you mean '" + meant + "'?")
                                .orElse("")));
        return config;
    }
}
