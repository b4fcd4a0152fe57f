package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The claim itself: more source flushes than logs, while a destination does not flush; then the logs come back. */
class HeldDestinationTest {
    private static final int FLUSHES = 7;
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    private Stage stage;
    private Definition mirror;
    private String uri;

    @Test
    void sevenSourceFlushesWhileADestinationHoldsNeedEightLogsThatAllComeBack() throws Exception {
        try (Stage set = Stage.set(directory)) {
            stage = set;
            mirror = stage.define("claim", "east", List.of("west", "north"), new Definition.Volume("disk", 16 * MIB));
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            stage.server("north", Role.DESTINATION);
            uri = Stage.uri(source, "claim/disk");

            stage.order(mirror, "west", Action.HOLD_FLUSH);
            noFlushWaitsForAnother();
            nothingIsReleasedMeanwhile();
            stage.order(mirror, "west", Action.RESUME_FLUSH);
            everyLogComesBack();
            nextEpochsReuseTheLogs();
            stage.assertIdentical(mirror);
        }
    }

    /** I5: each write is acknowledged and each flush of the others ends while one destination does not flush. */
    private void noFlushWaitsForAnother() throws Exception {
        for (int flush = 1; flush <= FLUSHES; flush++) {
            int epoch = flush;
            write(epoch);
            stage.flush(mirror, "east");
            stage.await(
                    "claim",
                    "north has epoch " + epoch,
                    s -> Stage.replica(s, "north").state().appliedEpoch() > epoch);
            stage.flush(mirror, "north");
        }
    }

    /** I4: as many logs as source flushes between two flushes of the slowest destination, and one to write in. */
    private void nothingIsReleasedMeanwhile() throws Exception {
        MirrorStatus status = stage.await(
                "claim", "epoch 8 is open", s -> s.openEpoch() == FLUSHES + 1 && s.requiredLogs() > FLUSHES);

        assertThat(status.requiredLogs()).isEqualTo(FLUSHES + 1);
        assertThat(status.logs()).hasSize(FLUSHES + 1);
        assertThat(status.releasedEpoch()).isZero();
        assertThat(Stage.replica(status, "north").state().flushedEpoch()).isEqualTo(FLUSHES);
        assertThat(Stage.replica(status, "west").state().flushedEpoch()).isZero();
        assertThat(stage.logStarts("claim"))
                .hasSizeGreaterThan(FLUSHES)
                .allSatisfy((log, start) -> assertThat(start).isZero());
    }

    private void everyLogComesBack() throws Exception {
        stage.flush(mirror, "west");
        MirrorStatus status =
                stage.await("claim", "epochs 1 to 7 are deallocated", s -> s.deallocatedRecords() == FLUSHES);

        assertThat(status.releasedEpoch()).isEqualTo(FLUSHES);
        Map<Integer, Long> starts = stage.logStarts("claim");
        for (MirrorStatus.Log log : status.logs()) {
            EpochTrail trail = log.trail();
            if (trail.epoch() <= FLUSHES) {
                assertThat(log.state()).isEqualTo(LogState.RELEASED);
                assertThat(starts.get(trail.log()))
                        .as("start of log %s", trail.log())
                        .isEqualTo(trail.seal().orElseThrow().endOffset());
            }
        }
    }

    private void nextEpochsReuseTheLogs() throws Exception {
        int logs = stage.logStarts("claim").size();
        for (int epoch = FLUSHES + 1; epoch <= 2 * FLUSHES; epoch++) {
            write(epoch);
            stage.level(mirror);
        }
        MirrorStatus status =
                stage.await("claim", "all is released", s -> s.releasedEpoch() == 2 * FLUSHES && s.openEpoch() > 0);

        assertThat(stage.logStarts("claim")).as("logs").hasSize(logs);
        assertThat(status.requiredLogs()).as("grows no more").isEqualTo(FLUSHES + 1);
        assertThat(status.logs().stream()
                        .filter(log -> log.trail().epoch() > FLUSHES + 1)
                        .map(log -> log.trail().log())
                        .collect(Collectors.toSet()))
                .as("logs that held an epoch before")
                .isNotEmpty()
                .isSubsetOf(IntStream.rangeClosed(0, FLUSHES).boxed().toList());
    }

    private void write(int pattern) throws Exception {
        Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P " + pattern + " " + pattern * 70_000 + " 70000");
    }
}
