package io.ringmirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RingEraserTest {
    @Test
    void whomBrokersSeeIsSaidAsFarAsAClientKnows() {
        assertThat(RingEraser.principal(Map.of())).isEqualTo("User:ANONYMOUS");
        assertThat(
                        RingEraser.principal(
                                Map.of(
                                        "security.protocol",
                                        "SASL_SSL",
                                        "sasl.jaas.config",
                                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"west\" password=\"x\";")))
                .isEqualTo("User:west");
        assertThat(RingEraser.principal(Map.of("security.protocol", "SASL_PLAINTEXT")))
                .contains("SASL_PLAINTEXT clients");
        assertThat(RingEraser.principal(Map.of("security.protocol", "SSL"))).contains("certificate");
    }
}
