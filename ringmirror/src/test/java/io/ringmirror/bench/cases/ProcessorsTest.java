package io.ringmirror.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    private static final double PER_SECOND = 10;

    private BigInteger product = BigInteger.TWO;

    @Test
    void aRunThatWorksIsToldWithTheProcessorsItTookAndTheTimeOfEachOperation() throws Exception {
        Measurement measured = new Processors().during(() -> {
            for (int square = 0; square < 24; square++) {
                product = product.multiply(product);
            }
            return Measurement.of(Figure.OPERATIONS, PER_SECOND);
        });

        assertThat(product.bitLength()).isGreaterThan(1 << 23);
        double busy = measured.get(Figure.BUSY);
        assertThat(busy).isGreaterThan(0).isLessThanOrEqualTo(100);
        double expectedUs = busy / 100 * Runtime.getRuntime().availableProcessors() * 1e6 / PER_SECOND;
        assertThat(measured.get(Figure.PROCESSOR_TIME)).isCloseTo(expectedUs, within(1.0));
        assertThat(measured.get(Figure.OPERATIONS)).isEqualTo(PER_SECOND);
    }
}
