package io.ringmirror.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Writes the reference page of the configuration, docs/configuration.md, from the definition itself. Stateless. */
public final class ConfigDocs {
    private static final String HEAD = """
            # Configuration

            <!-- Written by `bin/ringmirror config-docs`; a test holds it equal to the definition. -->

            A `.properties` file (`--config FILE`), over it environment variables, over them `--set key=value`. The variable of
            a key is `RINGMIRROR_` and the key in upper case, with dots as underscores: `RINGMIRROR_NBD_LISTEN` for `nbd.listen`.
            Values may come from `config.providers`, as with Kafka's own programs. Unknown keys are warned of. In a file, a
            variable or `--set`, a size is a number of bytes or as 512K, 64M or 10G, where the key ends in `.bytes`.

            Keys of Kafka's clients, such as `security.protocol`, stand as they are and go to every client; under `admin.`,
            `producer.`, `consumer.` and `streams.` they go to clients of that kind only. What the guarantees rest on cannot be
            changed: `acks=all`, `enable.idempotence=true`, `auto.offset.reset=none`, `enable.auto.commit=false`,
            `processing.guarantee=exactly_once_v2`.

            A mirror may be on a cluster of its own: `mirror.NAME.bootstrap.servers`, and any other key of Kafka's clients behind
            `mirror.NAME.`, hold for that mirror alone. Its definition, ring, events and status are on that cluster, and so must be
            a tracker. A start needs every cluster; what happens to one later does not touch the mirrors on another.
            Commands that are about one mirror go to its cluster, too, unless `--bootstrap-server` names another; `list` and `topics`
            are about the cluster of `bootstrap.servers`.
            """;

    private ConfigDocs() {}

    /** The whole page, in Markdown. */
    public static String page() {
        StringBuilder page = new StringBuilder(HEAD);
        String group = "";
        for (ConfigKey key : inOrder()) {
            if (!key.group.equals(group)) {
                group = key.group;
                page.append("\n## ").append(group).append('\n');
            }
            page.append("\n### ")
                    .append(key.name)
                    .append('\n')
                    .append(key.documentation)
                    .append("\n\n");
            page.append("- Type: ")
                    .append(key.type.name().toLowerCase(Locale.ROOT))
                    .append('\n');
            page.append("- Default: ").append(defaultOf(key)).append('\n');
            if (key.validator != null && !key.validator.toString().isBlank()) {
                page.append("- Valid: ").append(key.validator).append('\n');
            }
            page.append("- Importance: ")
                    .append(key.importance.name().toLowerCase(Locale.ROOT))
                    .append('\n');
        }
        return page.toString();
    }

    private static List<ConfigKey> inOrder() {
        return Keys.definition().configKeys().values().stream()
                .sorted(Comparator.comparingInt((ConfigKey key) -> key.orderInGroup))
                .toList();
    }

    private static String defaultOf(ConfigKey key) {
        if (!key.hasDefault()) {
            return "none, required";
        }
        Object value = key.defaultValue;
        if (value == null || "".equals(value) || List.of().equals(value)) {
            return "unset";
        }
        String mebibytes = key.name.endsWith(".bytes") && value instanceof Number bytes
                ? " (" + (bytes.longValue() >> 20) + " MiB)"
                : "";
        return "`" + value + "`" + mebibytes;
    }
}
