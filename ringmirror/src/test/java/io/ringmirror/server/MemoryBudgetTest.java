package io.ringmirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.InflightBound;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What mirrors of one process may take together (invariant I9). */
class MemoryBudgetTest {
    private static final long MIB = 1L << 20;
    private static final long HEAP_BYTES = 512 * MIB;
    private static final MemoryNeed NEED =
            new MemoryNeed(192 * MIB, "192 MiB (64 MiB for source.cache.bytes, 128 MiB for nbd.max.bytes)");

    @Test
    void aMirrorThatDoesNotFitIsRefusedWithTheSumAndFitsOnceAnotherIsGone() throws Exception {
        MemoryBudget budget = new MemoryBudget(600 * MIB, HEAP_BYTES); // for three without connections
        MemoryBudget.Reservation first = budget.reserve(NEED, "a");
        budget.reserve(NEED, "b");

        assertThatThrownBy(() -> budget.reserve(NEED, "shop"))
                .isInstanceOf(MemoryException.class)
                .hasMessage("mirror shop does not fit into memory off the heap: it takes 192 MiB (64 MiB for"
                        + " source.cache.bytes, 128 MiB for nbd.max.bytes); 2 mirrors have reserved 384 MiB and"
                        + " connections 32 MiB, of 600 MiB. Lower these keys, or give the process more:"
                        + " RINGMIRROR_OPTS=-XX:MaxDirectMemorySize=608m");
        first.close();
        first.close();
        budget.reserve(NEED, "shop");
        assertThat(budget.reservedBytes()).isEqualTo(384 * MIB);
    }

    @Test
    void recordsOnTheirWayOfAllMirrorsStayWithinTheirPartOfTheHeap() throws Exception {
        MemoryBudget budget = new MemoryBudget(8_000 * MIB, HEAP_BYTES);
        List<InflightBound> mirrors = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            mirrors.add(budget.reserve(NEED, "m" + i).inflight(16 * MIB));
        }

        long queuedBytes = 0;
        for (InflightBound mirror : mirrors) {
            for (long own = 0; mirror.mayTake(own, MIB); own += MIB) {
                queuedBytes += MIB;
            }
        }
        assertThat(queuedBytes).isBetween(16 * 4 * MIB, HEAP_BYTES / 4);
    }

    @Test
    void aHundredMirrorsFitTheUsualHeapAndEachMayStillTakeALargeRequest() throws Exception {
        MemoryBudget budget = new MemoryBudget(100_000 * MIB, HEAP_BYTES);
        List<InflightBound> mirrors = new ArrayList<>();
        for (int i = 0; i < 110; i++) {
            mirrors.add(budget.reserve(NEED, "m" + i).inflight(16 * MIB));
        }

        for (InflightBound mirror : mirrors) {
            assertThat(mirror.mayTake(0, 32 * MIB)).isTrue();
            mirror.queued(0);
        }
    }

    @Test
    void moreMirrorsThanTheHeapCanHoldAreRefused() {
        MemoryBudget small = new MemoryBudget(100_000 * MIB, MIB);

        assertThatThrownBy(() -> small.reserve(NEED, "shop"))
                .isInstanceOf(MemoryException.class)
                .hasMessageContaining("mirror shop does not fit into the heap")
                .hasMessageContaining("RINGMIRROR_HEAP_OPTS=-Xmx");
    }

    @Test
    void oneMirrorAloneHasWhatIsConfigured() throws Exception {
        InflightBound alone =
                new MemoryBudget(8_000 * MIB, HEAP_BYTES).reserve(NEED, "m").inflight(16 * MIB);

        assertThat(alone.mayTake(15 * MIB, MIB)).isTrue();
        assertThat(alone.mayTake(16 * MIB, MIB)).isFalse();
    }

    @Test
    void aLargeRequestPassesTheShareOneAtATime() throws Exception {
        MemoryBudget budget = new MemoryBudget(8_000 * MIB, HEAP_BYTES);
        InflightBound first = budget.reserve(NEED, "a").inflight(4 * MIB);
        InflightBound second = budget.reserve(NEED, "b").inflight(4 * MIB);

        assertThat(first.mayTake(0, 32 * MIB)).isTrue();
        assertThat(second.mayTake(0, 32 * MIB)).isFalse();
        assertThat(second.mayTake(0, 4 * MIB)).isTrue();
        first.queued(32 * MIB);
        assertThat(second.mayTake(0, 32 * MIB)).isFalse();
        first.queued(4 * MIB);
        assertThat(second.mayTake(0, 32 * MIB)).isTrue();
        second.close();
        assertThat(first.mayTake(0, 32 * MIB)).isTrue();
    }
}
