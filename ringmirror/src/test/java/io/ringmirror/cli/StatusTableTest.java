package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    @Test
    void theWorstMirrorStandsFirst() {
        String table = table(status("calm", Verdict.IN_SYNC), status("bad", Verdict.STOPPED));

        assertThat(table.indexOf("bad")).isLessThan(table.indexOf("calm"));
    }

    @Test
    void aReplicaNeverHeardOfIsUnknownNotLevel() {
        String table = table(status("m", Verdict.WAITING, replica("b", 0, 0)));

        assertThat(table.lines().filter(line -> line.contains(" b ")))
                .singleElement()
                .asString()
                .matches("m\\s+b\\s+-\\s+-\\s+-\\s+-\\s+-\\s+-\\s+never\\s+-");
    }

    @Test
    void lagIsShownBesideThePosition() {
        String table = table(status("m", Verdict.CATCHING_UP, replica("b", 1_700_000_000_000L, 2_500)));

        assertThat(table.lines().filter(line -> line.contains("destination")))
                .singleElement()
                .asString()
                .contains("4", "3", "120", "2.5 s", "8 MiB", "5 s ago");
    }

    /** Fenced while it was away, and not heard since. */
    @Test
    void aSourceOfATermThatIsOverIsNotShownAsOne() {
        String table = table(
                status("m", Verdict.SILENT, Told.replica("a", Role.SOURCE, 0), Told.replica("b", Role.SOURCE, 1)));

        assertThat(table).containsPattern("m +a +old source ").containsPattern("m +b +source ");
    }

    private static String table(MirrorStatus... statuses) {
        StringWriter out = new StringWriter();
        StatusTable.print(List.of(statuses), 1_700_000_005_400L, new PrintWriter(out, true));
        return out.toString();
    }

    private static MirrorStatus status(String mirror, Verdict verdict, ReplicaStatus... replicas) {
        return new MirrorStatus(
                mirror,
                UUID.randomUUID(),
                1,
                1,
                8,
                7,
                4,
                0,
                4,
                0,
                "",
                List.of(),
                List.of(replicas),
                verdict,
                "because",
                0);
    }

    private static ReplicaStatus replica(String server, long heardMs, long rpoMs) {
        ReplicaState state = new ReplicaState(Role.DESTINATION, 4, 400, 0, 4, 8, 520, 0, 8 << 20, 0, 0, List.of());
        return new ReplicaStatus(server, UUID.randomUUID(), heardMs, state, 4, 400, 1, 0, 3, 120, rpoMs, "");
    }
}
