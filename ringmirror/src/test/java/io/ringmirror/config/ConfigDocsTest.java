package io.ringmirror.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

class ConfigDocsTest {
    @Test
    void thePageSaysWhatTheDefinitionSays() throws Exception {
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("write it again: bin/ringmirror config-docs > docs/configuration.md")
                .isEqualTo(ConfigDocs.page());
    }

    @Test
    void everyKeyIsDocumentedAndSaysItsUnit() {
        for (ConfigKey key : Keys.definition().configKeys().values()) {
            assertThat(key.documentation).as(key.name).endsWith(".").hasSizeGreaterThan(10);
            if (key.name.endsWith(".ms")) {
                assertThat(key.documentation).as(key.name).containsIgnoringCase("milliseconds");
            }
            if (key.name.endsWith(".bytes")) {
                assertThat(key.documentation).as(key.name).containsIgnoringCase("bytes");
            }
        }
    }
}
