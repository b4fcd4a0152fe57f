package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.Follower.Outcome;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static final long CACHE_BYTES = WriteCache.MIN_CAPACITY_BYTES;

    private final MemoryRing ring = new MemoryRing(Histories.LOGS);
    private final RingScript script = new RingScript(ring);
    private final Copy copy = new Copy(ring, Walk.origin(), CACHE_BYTES);

    @AfterEach
    void close() {
        copy.close();
    }

    @Test
    void whatIsInTheLogsIsInTheImagesAfterAFlush() {
        script.write("disk", 100, 5000);
        script.seal();
        script.write("swap", 0, 512);
        script.discard("disk", 0, 4096);
        copy.toEnd();
        copy.flush();
        assertThat(copy.content(0)).isEqualTo(Copy.model(0, script.plain()));
        assertThat(copy.content(1)).isEqualTo(Copy.model(1, script.plain()));
    }

    @Test
    void aFullCacheLosesNothingAndTakesNothingTwice() {
        for (int block = 0; block < 16; block++) {
            script.write("disk", block * 4096L, 4096);
        }
        for (int block = 0; block < 4; block++) {
            script.write("swap", block * 4096L, 4096);
        }
        assertThat(stepUntil(Outcome.FULL)).isEqualTo(Outcome.FULL);
        assertThat(copy.chain().sequence()).isEqualTo(16);
        assertThat(copy.follower().step(Duration.ZERO)).isEqualTo(Outcome.FULL);
        assertThat(copy.chain().sequence())
                .as("nothing is taken while it is full")
                .isEqualTo(16);
        assertThat(copy.cache().dirtyBytes()).isEqualTo(16 * 4096);

        copy.flush();
        assertThat(copy.toEnd()).isZero();
        copy.flush();
        assertThat(copy.chain().sequence()).isEqualTo(20);
        assertThat(copy.content(0)).isEqualTo(Copy.model(0, script.plain()));
        assertThat(copy.content(1)).isEqualTo(Copy.model(1, script.plain()));
    }

    @Test
    void aRecordLargerThanTheCacheIsRefusedRatherThanFlushedFor() {
        script.write("disk", 0, (int) copy.cache().maxWriteBytes() + 1);
        assertThatThrownBy(copy::toEnd)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("61441 bytes", "'disk'", "destination.cache.bytes");
    }

    @Test
    void whatStandsBehindASealIsNotRead() {
        script.write();
        script.seal(1);
        script.repeat(4);
        copy.toEnd();
        assertThat(copy.chain().nextLog()).isEqualTo(1);
        assertThat(copy.follower().passedOffset()).isZero();
        script.write();
        copy.toEnd();
        assertThat(copy.chain().sequence()).isEqualTo(2);
    }

    @Test
    void markersBehindTheLastRecordArePassed() {
        script.write();
        script.marker();
        script.marker();
        copy.toEnd();
        assertThat(copy.chain().nextOffset()).isEqualTo(2);
        assertThat(copy.follower().passedOffset()).isEqualTo(4);
        assertThat(copy.follower().hasPassed(4)).isTrue();
        assertThat(copy.follower().hasPassed(5)).isFalse();
    }

    @Test
    void aWrongChecksumIsNamedAndNothingOfItIsTaken() {
        script.write();
        ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3});
        RingEntry bad = script.data(new LogBody.Write("disk", 0, data, Crc.of(data) + 1));
        assertCorrupt(bad, "has crc", "but its content has");
    }

    @Test
    void anUnknownVolumeIsNamed() {
        script.write();
        assertCorrupt(script.zero("tape", 0, 512), "names volume 'tape'");
    }

    @Test
    void aRangeBeyondTheVolumeIsNamed() {
        script.write();
        RingEntry bad = script.discard("swap", Histories.SWAP_BYTES - 511, 512);
        assertCorrupt(bad, "changes 512 bytes at 15873 of volume 'swap', which has 16384");
    }

    @Test
    void aRangeWhoseEndOverflowsIsNamed() {
        script.write();
        assertCorrupt(script.discard("swap", Long.MAX_VALUE, Long.MAX_VALUE), "'swap', which has 16384");
        assertThat(copy.cache().dirtyBytes()).isEqualTo(4096);
    }

    @Test
    void aResizeIsRefusedByThisVersion() {
        script.write();
        assertCorrupt(
                script.data(new LogBody.Resize("disk", 1 << 20, Crc.ofRange(0, 1 << 20))), "resizes volume 'disk'");
    }

    private Outcome stepUntil(Outcome wanted) {
        Outcome outcome;
        do {
            outcome = copy.follower().step(Duration.ZERO);
        } while (outcome != wanted && outcome != Outcome.IDLE);
        return outcome;
    }

    private void assertCorrupt(RingEntry bad, String... words) {
        assertThatThrownBy(copy::toEnd)
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining("log 0 at offset " + bad.offset())
                .hasMessageContainingAll(words);
        assertThat(copy.chain().sequence()).isEqualTo(1);
        assertThat(copy.chain().nextOffset()).isEqualTo(bad.offset());
    }
}
