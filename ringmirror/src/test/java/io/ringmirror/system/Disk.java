package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.client.NbdClient;
import io.ringmirror.server.MirrorServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A volume named disk as a client has it on a connection of its own: pieces of a mebibyte, each filled with one byte. One
 * thread.
 */
final class Disk implements AutoCloseable {
    static final long MIB = 1L << 20;

    private final NbdClient client;

    private Disk(NbdClient client) {
        this.client = client;
    }

    static Disk of(MirrorServer source, String mirror) throws IOException {
        return new Disk(Stage.connect(source, mirror, 16));
    }

    /** Fills a piece with its number plus one; returns when that is in the log. */
    void write(int piece) throws IOException, InterruptedException {
        write(piece, piece + 1);
    }

    /** Fills a piece; returns when that is in the log. */
    void write(int piece, int fill) throws IOException, InterruptedException {
        byte[] data = new byte[(int) MIB];
        Arrays.fill(data, (byte) fill);
        client.write(piece * MIB, ByteBuffer.wrap(data));
        client.drain();
    }

    /** Holds a piece to the one byte that fills it. */
    void read(int piece, int fill) throws IOException, InterruptedException {
        byte[] data = new byte[(int) MIB];
        byte[] expected = new byte[(int) MIB];
        Arrays.fill(expected, (byte) fill);
        client.read(piece * MIB, ByteBuffer.wrap(data));
        assertThat(Arrays.mismatch(data, expected)).as("piece %s", piece).isEqualTo(-1);
    }

    /** Holds the pieces below {@code to} to what {@link #write(int)} has made of them. */
    void readAll(int to) throws IOException, InterruptedException {
        for (int piece = 0; piece < to; piece++) {
            read(piece, piece + 1);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
