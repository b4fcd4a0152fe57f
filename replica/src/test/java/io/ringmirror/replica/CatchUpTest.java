package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.store.Position;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CatchUpTest {
    private final MemoryRing ring = new MemoryRing(Histories.LOGS);
    private final RingScript script = new RingScript(ring);

    @TempDir
    private Path directory;

    @Test
    void anEmptyRingIsAtItsEnd() throws IOException {
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            new CatchUp(replica, ring.reader()).toEnd();
            assertThat(replica.chain().sequence()).isZero();
        }
    }

    @Test
    void everythingInAllLogsIsTakenMarkersIncluded() throws IOException {
        script.write();
        script.marker();
        script.seal();
        script.marker();
        script.write();
        script.write();
        script.seal();
        script.write();
        script.marker();
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            CatchUp catchUp = new CatchUp(replica, ring.reader());
            catchUp.toEnd();
            assertThat(replica.chain().sequence()).isEqualTo(4);
            assertThat(replica.chain().epoch()).isEqualTo(3);
            assertThat(replica.flushed().sequence())
                    .as("it fits into the cache")
                    .isZero();

            script.write();
            catchUp.toEnd();
            assertThat(replica.chain().sequence()).as("a second time").isEqualTo(5);
        }
    }

    @Test
    void itFlushesOnTheWayAndGoesOnFromThereAfterARestart() throws IOException {
        for (int round = 0; round < 4; round++) {
            for (int block = 0; block < 16; block++) {
                script.write("disk", block * 4096L, 4096);
                script.write("swap", block % 4 * 4096L, 4096);
            }
            script.seal();
        }
        Position flushed;
        try (Replica replica = Replicas.open(directory, 128 << 10)) {
            new CatchUp(replica, ring.reader()).toEnd();
            assertThat(replica.chain().sequence()).isEqualTo(128);
            flushed = replica.flushed();
            assertThat(flushed.sequence()).isBetween(18L, 127L);
        }
        try (Replica again = Replicas.open(directory, 128 << 10)) {
            assertThat(again.flushed()).isEqualTo(flushed);
            new CatchUp(again, ring.reader()).toEnd();
            again.flushNow();
            assertThat(again.flushed().sequence()).isEqualTo(128);
            assertThat(Replicas.content(again, 0)).isEqualTo(Copy.model(0, script.plain()));
            assertThat(Replicas.content(again, 1)).isEqualTo(Copy.model(1, script.plain()));
        }
    }
}
