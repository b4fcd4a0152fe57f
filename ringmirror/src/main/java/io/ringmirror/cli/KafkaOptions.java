package io.ringmirror.cli;

import io.ringmirror.config.ConfigSources;
import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options that say which cluster a command speaks to, and how; they make the configuration. */
final class KafkaOptions {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaOptions.class);

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT,...",
            description = "Brokers to ask first; sets bootstrap.servers.")
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

    /** The same, with another limit on each request to Kafka. */
    RingMirrorConfig config(Optional<Duration> timeout) {
        Map<String, String> settings = new HashMap<>(set);
        if (bootstrapServers != null) {
            settings.put(Keys.BOOTSTRAP_SERVERS, bootstrapServers);
        }
        timeout.ifPresent(limit -> settings.put(Keys.KAFKA_TIMEOUT_MS, Long.toString(limit.toMillis())));
        Map<String, String> gathered = ConfigSources.gather(Optional.ofNullable(file), System.getenv(), settings);
        if (!gathered.containsKey(Keys.BOOTSTRAP_SERVERS)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "no brokers are named; give --bootstrap-server HOST:PORT, or bootstrap.servers in --config FILE or as"
                            + " RINGMIRROR_BOOTSTRAP_SERVERS");
        }
        RingMirrorConfig config = new RingMirrorConfig(gathered);
        config.unknownKeys().forEach(key -> LOG.warn("unknown configuration key '{}' is ignored", key));
        return config;
    }
}
