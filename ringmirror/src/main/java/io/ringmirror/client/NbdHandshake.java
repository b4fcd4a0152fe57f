package io.ringmirror.client;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The first words on a connection: which export is wanted, and how large it is. Stateless. */
final class NbdHandshake {
    private static final long NBD_MAGIC = 0x4e42444d41474943L;
    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final short FIXED_NEWSTYLE = 1;
    private static final short NO_ZEROES = 2;
    private static final int OPTION_EXPORT_NAME = 1;

    private NbdHandshake() {}

    /**
     * Agrees on an export; requests may be sent when this returns.
     *
     * @return its size in bytes
     * @throws IOException if the server speaks something else or has no such export
     */
    static long negotiate(SocketChannel channel, DataInputStream in, String export) throws IOException {
        long magic = in.readLong();
        long option = in.readLong();
        int flags = in.readUnsignedShort();
        if (magic != NBD_MAGIC || option != OPTION_MAGIC || (flags & FIXED_NEWSTYLE) == 0) {
            throw new IOException(channel.getRemoteAddress() + " does not speak fixed newstyle NBD");
        }
        byte[] name = export.getBytes(StandardCharsets.UTF_8);
        writeFully(
                channel,
                ByteBuffer.allocate(20 + name.length)
                        .putInt(FIXED_NEWSTYLE | NO_ZEROES)
                        .putLong(OPTION_MAGIC)
                        .putInt(OPTION_EXPORT_NAME)
                        .putInt(name.length)
                        .put(name)
                        .flip());
        try {
            long sizeBytes = in.readLong();
            in.readUnsignedShort();
            return sizeBytes;
        } catch (EOFException e) {
            throw new IOException("no export '" + export + "' at " + channel.getRemoteAddress(), e);
        }
    }

    static void writeFully(SocketChannel channel, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }
}
