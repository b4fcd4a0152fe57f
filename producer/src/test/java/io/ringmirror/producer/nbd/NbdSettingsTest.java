package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** I8: what cannot work is refused, with the value and what would. */
class NbdSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "' ', 10809, 1, 1, 67108864, blank",
        "localhost, 65536, 1, 1, 67108864, 65536",
        "localhost, -1, 1, 1, 67108864, -1",
        "localhost, 10809, 0, 1, 67108864, use 1 to 65536",
        "localhost, 10809, 1, 0, 67108864, use 1 to 65536",
        "localhost, 10809, 257, 128, 67108864, 257 x 128; use at most 32768",
        "localhost, 10809, 65536, 65536, 67108864, use at most 32768",
        "localhost, 10809, 1, 1, 67108863, 67108863"
    })
    void whatCannotWorkIsRefused(
            String host, int port, int connections, int requests, long bytesInFlight, String message) {
        assertThatThrownBy(() -> new NbdSettings(host, port, connections, requests, bytesInFlight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
