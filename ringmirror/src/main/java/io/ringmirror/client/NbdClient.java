package io.ringmirror.client;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A small NBD client (NBD protocol, "Fixed newstyle negotiation" and "Simple reply message"): keeps several requests in
 * flight on one connection. One thread calls it; a thread of its own takes the replies. A request that failed is told by
 * the next call, with the error that the server gave.
 */
public final class NbdClient implements AutoCloseable {
    private static final long NBD_MAGIC = 0x4e42444d41474943L;
    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final short FIXED_NEWSTYLE = 1;
    private static final short NO_ZEROES = 2;
    private static final int OPTION_EXPORT_NAME = 1;
    private static final short READ = 0;
    private static final short WRITE = 1;
    private static final short DISCONNECT = 2;
    private static final short FLUSH = 3;
    private static final short TRIM = 4;
    private static final short WRITE_ZEROES = 6;
    private static final int HEADER_BYTES = 28;
    private static final long REPLY_BOUND_S = 300;

    private final SocketChannel channel;
    private final DataInputStream in;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private final int depth;
    private final Semaphore permits;
    private final long sizeBytes;
    private long cookie;
    private volatile ByteBuffer reading;
    private volatile IOException failure;
    private volatile boolean closed;

    private NbdClient(SocketChannel channel, DataInputStream in, long sizeBytes, int depth) {
        this.channel = channel;
        this.in = in;
        this.sizeBytes = sizeBytes;
        this.depth = depth;
        this.permits = new Semaphore(depth);
    }

    /**
     * Connects to an export.
     *
     * @param depth most requests in flight
     * @throws IOException if the server is not there, speaks something else, or has no such export
     */
    public static NbdClient connect(InetSocketAddress address, String export, int depth) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(channel.socket().getInputStream(), 1 << 16));
            long sizeBytes = negotiate(channel, in, export);
            NbdClient client = new NbdClient(channel, in, sizeBytes, depth);
            Thread replies = new Thread(client::takeReplies, "nbd-client");
            replies.setDaemon(true);
            replies.start();
            return client;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Sends a write; the buffer may be used again when this returns. Waits while too many requests are in flight. */
    public void write(long offsetBytes, ByteBuffer data) throws IOException, InterruptedException {
        acquire(1);
        send(WRITE, offsetBytes, data.remaining(), data);
    }

    public void writeZeroes(long offsetBytes, int lengthBytes) throws IOException, InterruptedException {
        acquire(1);
        send(WRITE_ZEROES, offsetBytes, lengthBytes, null);
    }

    public void trim(long offsetBytes, int lengthBytes) throws IOException, InterruptedException {
        acquire(1);
        send(TRIM, offsetBytes, lengthBytes, null);
    }

    /** Waits until everything sent was answered, then flushes; returns when that was answered too. */
    public void flush() throws IOException, InterruptedException {
        drain();
        acquire(1);
        send(FLUSH, 0, 0, null);
        drain();
    }

    /** Waits until everything sent was answered, then fills the buffer. */
    public void read(long offsetBytes, ByteBuffer target) throws IOException, InterruptedException {
        drain();
        acquire(1);
        reading = target;
        send(READ, offsetBytes, target.remaining(), null);
        drain();
    }

    /** Waits until everything sent was answered. */
    public void drain() throws IOException, InterruptedException {
        acquire(depth);
        permits.release(depth);
    }

    /** Says goodbye, and closes the connection. */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            send(DISCONNECT, 0, 0, null);
        } finally {
            channel.close();
        }
    }

    private static long negotiate(SocketChannel channel, DataInputStream in, String export) throws IOException {
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

    private void acquire(int count) throws IOException, InterruptedException {
        if (!permits.tryAcquire(count, REPLY_BOUND_S, TimeUnit.SECONDS)) {
            throw new IOException("the NBD server did not answer within " + REPLY_BOUND_S + " s");
        }
        if (failure != null) {
            permits.release(count);
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private void send(short command, long offsetBytes, int lengthBytes, ByteBuffer data) throws IOException {
        header.clear()
                .putInt(REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort(command)
                .putLong(cookie++)
                .putLong(offsetBytes)
                .putInt(lengthBytes)
                .flip();
        if (data == null) {
            writeFully(channel, header);
            return;
        }
        ByteBuffer[] parts = {header, data};
        while (data.hasRemaining()) {
            channel.write(parts);
        }
    }

    private void takeReplies() {
        try {
            while (true) {
                takeReply();
                permits.release();
            }
        } catch (IOException e) {
            if (!closed) {
                failure = new IOException("the NBD server closed the connection: " + e.getMessage(), e);
            }
            permits.release(depth);
        }
    }

    private void takeReply() throws IOException {
        int magic = in.readInt();
        int error = in.readInt();
        in.readLong();
        if (magic != REPLY_MAGIC) {
            throw new IOException("a reply began with 0x" + Integer.toHexString(magic));
        }
        ByteBuffer target = reading;
        if (error != 0) {
            failure = new IOException("the NBD server answered with error " + error);
        } else if (target != null) {
            byte[] data = new byte[target.remaining()];
            in.readFully(data);
            target.put(data);
        }
        reading = null;
    }

    private static void writeFully(SocketChannel channel, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }
}
