package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Which requests pass, over all offsets and lengths the wire can carry. */
class RequestValidationTest {
    private static final int SIZE_BYTES = 40 << 20;

    private final Agreement writable = agreement(false);
    private final Agreement readOnly = agreement(true);

    private static Agreement agreement(boolean readOnly) {
        return new Agreement(new MemoryDevice("shop/disk", SIZE_BYTES, readOnly, Runnable::run), true, true);
    }

    @Property
    void whatPassesLiesInTheExportAndWhatLiesInItPasses(
            @ForAll("rangedCommands") NbdCommand command,
            @ForAll("offsets") long offsetBytes,
            @ForAll("lengths") long lengthBytes) {
        NbdRequest request = new NbdRequest(0, command.code(), 1, offsetBytes, lengthBytes);
        BigInteger end = new BigInteger(Long.toUnsignedString(offsetBytes)).add(BigInteger.valueOf(lengthBytes));
        boolean inside = lengthBytes > 0 && end.compareTo(BigInteger.valueOf(SIZE_BYTES)) <= 0;
        boolean movable = !command.movesData() || lengthBytes <= Protocol.MAX_PAYLOAD_BYTES;

        assertThat(RequestValidation.check(request, writable).isEmpty()).isEqualTo(inside && movable);
    }

    @Property
    void aReadOnlyExportLetsNoChangePass(
            @ForAll NbdCommand command,
            @ForAll @IntRange(max = 0xffff) int flags,
            @ForAll("offsets") long offsetBytes,
            @ForAll("lengths") long lengthBytes) {
        NbdRequest request = new NbdRequest(flags, command.code(), 1, offsetBytes, lengthBytes);

        if (command.changesData()) {
            assertThat(RequestValidation.check(request, readOnly)).isPresent();
        }
    }

    @Property
    void whateverIsAskedGetsAnAnswer(
            @ForAll @IntRange(max = 0xffff) int flags,
            @ForAll @IntRange(max = 0xffff) int type,
            @ForAll long offsetBytes,
            @ForAll @LongRange(max = 0xffffffffL) long lengthBytes) {
        NbdRequest request = new NbdRequest(flags, type, 1, offsetBytes, lengthBytes);

        RequestValidation.check(request, writable)
                .ifPresent(refusal -> assertThat(refusal.message()).isNotBlank());
    }

    @Test
    void forceUnitAccessIsTakenWithEveryCommand() {
        for (NbdCommand command : NbdCommand.values()) {
            long lengthBytes = command.hasRange() ? 512 : 0;
            NbdRequest request = new NbdRequest(Protocol.FLAG_FUA, command.code(), 1, 0, lengthBytes);

            assertThat(RequestValidation.check(request, writable))
                    .as("%s", command)
                    .isEmpty();
        }
    }

    @Provide
    Arbitrary<NbdCommand> rangedCommands() {
        return Arbitraries.of(NbdCommand.values()).filter(NbdCommand::hasRange);
    }

    @Provide
    Arbitrary<Long> offsets() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(SIZE_BYTES - 10, SIZE_BYTES + 10),
                Arbitraries.longs().between(0, 10));
    }

    @Provide
    Arbitrary<Long> lengths() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 0xffffffffL),
                Arbitraries.longs().between(0, 10),
                Arbitraries.longs().between(Protocol.MAX_PAYLOAD_BYTES - 10, Protocol.MAX_PAYLOAD_BYTES + 10),
                Arbitraries.longs().between(SIZE_BYTES - 10, SIZE_BYTES + 10));
    }
}
