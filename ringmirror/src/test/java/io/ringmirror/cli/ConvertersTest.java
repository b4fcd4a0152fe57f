package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
    @ParameterizedTest
    @CsvSource({"512,512", "4K,4096", "64M,67108864", "1G,1073741824", "8388607T,9223370937343148032", "2MiB,2097152"})
    void sizesCountInPowersOf1024(String text, long bytes) {
        assertThat(SizeConverter.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "G", "1g", "8388608T", "1P", "0x10"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> SizeConverter.bytes(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "30,PT30S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "7d,PT168H"})
    void lengthsOfTimeHaveUnits(String text, Duration duration) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5s", "1w"})
    void whatIsNoLengthOfTimeIsRefused(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void quantitiesAreShortForPeople() {
        assertThat(Quantities.bytes(0)).isEqualTo("0 B");
        assertThat(Quantities.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Quantities.bytes(1L << 30)).isEqualTo("1 GiB");
        assertThat(Quantities.duration(0)).isEqualTo("0 s");
        assertThat(Quantities.duration(1_500)).isEqualTo("1.5 s");
        assertThat(Quantities.duration(125_000)).isEqualTo("2 m 5 s");
        assertThat(Quantities.duration(11_400_000)).isEqualTo("3 h 10 m");
    }
}
