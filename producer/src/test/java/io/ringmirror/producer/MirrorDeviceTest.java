package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.schemas.Definition;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorDeviceTest {
    private static final int SIZE_BYTES = 1 << 20;
    private static final int MAX_REQUEST_BYTES = 64 << 10;

    private final Turn turn = new Turn(System::nanoTime);
    private final Inbox inbox = new Inbox(new Sleeper());
    private final BlockDevice device = new MirrorDevice(
            "shop",
            0,
            new Definition.Volume("disk", SIZE_BYTES),
            MAX_REQUEST_BYTES,
            inbox,
            new Doorbell(new Sleeper(), turn),
            new ReadPath(
                    new WriteCache(WriteCache.MIN_CAPACITY_BYTES, 1),
                    List.of(),
                    Runnable::run,
                    turn,
                    new Lease("shop", Duration.ofSeconds(10), System::nanoTime, () -> {})));

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 0", "1048576, 1", "1048575, 2", "9223372036854775807, 1", "0, 65537"})
    void aWriteOutsideTheVolumeOrLongerThanItTakesIsInvalidAndReachesNobody(long offsetBytes, int lengthBytes) {
        Bench.Answer answer = new Bench.Answer();

        device.write(offsetBytes, ByteBuffer.allocate(lengthBytes), false, answer);

        assertThat(answer.refusal()).contains(Kind.INVALID);
        assertThat(inbox.pollChange()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 0", "0, -1", "1, 1048576", "9223372036854775807, 9223372036854775807"})
    void aDiscardOrAQuestionOutsideTheVolumeIsInvalidAndReachesNobody(long offsetBytes, long lengthBytes) {
        Bench.Answer discarded = new Bench.Answer();
        Bench.Answer asked = new Bench.Answer();

        device.discard(offsetBytes, lengthBytes, false, discarded);
        device.extents(offsetBytes, lengthBytes, (extents, failure) -> asked.completed(failure));

        assertThat(discarded.refusal()).contains(Kind.INVALID);
        assertThat(asked.refusal()).contains(Kind.INVALID);
        assertThat(inbox.pollChange()).isNull();
        assertThat(inbox.pollRead()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 1048576", "1048575, 1"})
    void zeroesOfAnyLengthWithinTheVolumeAreTaken(long offsetBytes, long lengthBytes) {
        device.writeZeroes(offsetBytes, lengthBytes, true, false, failure -> {});

        assertThat(inbox.pollChange()).isInstanceOfSatisfying(Request.Zero.class, zero -> {
            assertThat(zero.lengthBytes()).isEqualTo(lengthBytes);
            assertThat(zero.discard()).isFalse();
        });
    }
}
