package io.ringmirror.demo;

import io.ringmirror.client.NbdClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The built-in workload: writes of 4 KiB to 1 MiB at random places, with zeroes and discards between them, at a bounded
 * rate so that a newcomer's disk is not filled. The same seed gives the same requests.
 */
final class MixedWorkload implements DemoWork {
    private static final int[] SIZES_BYTES = {4096, 4096, 4096, 16 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20};
    private static final int ALIGNMENT_BYTES = 512;
    private static final long RATE_BYTES_PER_S = 32L << 20;
    private static final int CHANGES_PER_LOOK = 64;

    private final Random random = new Random(7_467_169);
    private final ByteBuffer data = ByteBuffer.allocateDirect(1 << 20);
    private final long startNs = System.nanoTime();
    private final long lengthNs;
    private long writes;
    private long bytes;

    MixedWorkload(Duration length) {
        this.lengthNs = length.toNanos();
    }

    @Override
    public void round(int number, NbdClient client, Watch watch) throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        long endNs = lengthNs * (number + 1) / ROUNDS;
        do {
            for (int change = 0; change < CHANGES_PER_LOOK; change++) {
                change(client);
            }
            keepRate();
            watch.at((double) (System.nanoTime() - beginNs) / Math.max(1, endNs - (beginNs - startNs)));
        } while (System.nanoTime() - startNs < endNs);
        client.flush();
    }

    @Override
    public long writes() {
        return writes;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    private void change(NbdClient client) throws IOException, InterruptedException {
        int length = SIZES_BYTES[random.nextInt(SIZES_BYTES.length)];
        long offset = random.nextLong(client.sizeBytes() - length) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
        int kind = random.nextInt(20);
        if (kind == 0) {
            client.writeZeroes(offset, length);
        } else if (kind == 1) {
            client.trim(offset, length);
        } else {
            data.clear().limit(length);
            while (data.hasRemaining()) {
                data.putLong(random.nextLong());
            }
            client.write(offset, data.flip());
            bytes += length;
        }
        writes++;
    }

    private void keepRate() {
        long dueNs = (long) (bytes * 1e9 / RATE_BYTES_PER_S);
        LockSupport.parkNanos(dueNs - (System.nanoTime() - startNs));
    }
}
