package io.ringmirror.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourcesTest {
    @TempDir
    private Path dir;

    @Test
    void theEnvironmentOverridesTheFileAndTheCommandLineBoth() throws Exception {
        Path file = Files.writeString(dir.resolve("f.properties"), "a=file \nb=file\nc=file\n");

        Map<String, String> properties = ConfigSources.gather(
                Optional.of(file),
                Map.of("RINGMIRROR_B", "environment", "RINGMIRROR_C", "environment", "OTHER", "x"),
                Map.of("c", "command line"));

        assertThat(properties)
                .containsOnly(Map.entry("a", "file"), Map.entry("b", "environment"), Map.entry("c", "command line"));
    }

    @Test
    void variablesAreKeysInUpperCaseWithDotsAsUnderscores() {
        assertThat(gathered("RINGMIRROR_NBD_MAX_BYTES")).containsOnlyKeys("nbd.max.bytes");
        assertThat(gathered("RINGMIRROR_A___B__C_D")).containsOnlyKeys("a-b_c.d");
    }

    @Test
    void variablesOfTheLauncherAreNotConfiguration() {
        assertThat(gathered("RINGMIRROR_OPTS")).isEmpty();
        assertThat(gathered("RINGMIRROR_HEAP_OPTS")).isEmpty();
        assertThat(gathered("RINGMIRROR_LOG_LEVEL")).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = dir.resolve("missing.properties");

        assertThatThrownBy(() -> ConfigSources.gather(Optional.of(missing), Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing.toString());
    }

    private static Map<String, String> gathered(String variable) {
        return ConfigSources.gather(Optional.empty(), Map.of(variable, "v"), Map.of());
    }
}
