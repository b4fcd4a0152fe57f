package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBackTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = WriteBack.PORTION_BYTES / BLOCK;

    private final List<Extent> sent = new ArrayList<>();
    private final WriteBack writeBack = new WriteBack((offset, length) -> sent.add(new Extent(offset, length, false)));

    @Test
    void aPortionGoesToTheDiskWhenItIsFullAndReachesFromItsFirstBlockToItsLast() throws IOException {
        writeEachThird(0, BLOCKS - 1);
        assertThat(sent).isEmpty();

        writeEachThird(BLOCKS - 1, BLOCKS);
        assertThat(sent).containsExactly(new Extent(0, (3L * (BLOCKS - 1) + 1) * BLOCK, false));
    }

    @Test
    void thePortionAfterItBeginsWhereItsOwnFirstBlockIs() throws IOException {
        writeEachThird(0, 2 * BLOCKS);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).offsetBytes()).isEqualTo(3L * BLOCKS * BLOCK);
    }

    @Test
    void whatWasForcedIsNotSentAgain() throws IOException {
        writeEachThird(0, BLOCKS - 1);
        writeBack.clear();
        writeEachThird(BLOCKS, 2 * BLOCKS);
        assertThat(sent.get(0).offsetBytes()).isEqualTo(3L * BLOCKS * BLOCK);
    }

    @Test
    void aWriteBeforeAnEarlierOneIsWithinThePortion() throws IOException {
        writeBack.wrote(10 * BLOCK, WriteBack.PORTION_BYTES - BLOCK);
        writeBack.wrote(0, BLOCK);
        assertThat(sent).containsExactly(new Extent(0, 9L * BLOCK + WriteBack.PORTION_BYTES, false));
    }

    @Test
    void aPortionThatTheDiskFailedIsToldOnceAndNotSentAgain() throws IOException {
        List<String> tries = new ArrayList<>();
        WriteBack failing = new WriteBack((offset, length) -> {
            tries.add(offset + "+" + length);
            throw new IOException("no");
        });
        assertThatIOException().isThrownBy(() -> failing.wrote(0, WriteBack.PORTION_BYTES));
        failing.wrote(WriteBack.PORTION_BYTES, BLOCK);
        assertThat(tries).hasSize(1);
    }

    private void writeEachThird(int fromBlock, int toBlock) throws IOException {
        for (int block = fromBlock; block < toBlock; block++) {
            writeBack.wrote(3L * block * BLOCK, BLOCK);
        }
    }
}
