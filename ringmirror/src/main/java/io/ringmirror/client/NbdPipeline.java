package io.ringmirror.client;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection to an NBD export (NBD protocol, "Fixed newstyle negotiation" and "Simple reply message"): every request
 * is a future of its own, completed when it was answered, and failed if it was answered with an error or the connection
 * ended before. Any thread sends; a thread of its own takes the replies and completes the futures.
 */
public final class NbdPipeline implements AutoCloseable {
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final short FUA = 1;
    private static final short READ = 0;
    private static final short WRITE = 1;
    private static final short DISCONNECT = 2;
    private static final short FLUSH = 3;
    private static final short TRIM = 4;
    private static final short WRITE_ZEROES = 6;
    private static final int HEADER_BYTES = 28;

    private final SocketChannel channel;
    private final DataInputStream in;
    private final long sizeBytes;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private final Map<Long, Request> inFlight = new ConcurrentHashMap<>();
    private long cookie;
    private volatile IOException failure;

    private NbdPipeline(SocketChannel channel, DataInputStream in, long sizeBytes) {
        this.channel = channel;
        this.in = in;
        this.sizeBytes = sizeBytes;
    }

    /** A request that was sent; a read has somewhere to put its data. */
    private record Request(CompletableFuture<Void> answer, Optional<ByteBuffer> target) {}

    /**
     * Connects to an export.
     *
     * @param bound the longest wait for the connection and for each word of the server until requests can be sent
     * @throws IOException if the server is not there, speaks something else, has no such export, or says nothing
     */
    public static NbdPipeline connect(InetSocketAddress address, String export, Duration bound) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            int boundMs = Math.toIntExact(bound.toMillis());
            channel.socket().connect(address, boundMs);
            channel.socket().setSoTimeout(boundMs);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(channel.socket().getInputStream(), 1 << 16));
            long sizeBytes = NbdHandshake.negotiate(channel, in, export);
            channel.socket().setSoTimeout(0);
            NbdPipeline pipeline = new NbdPipeline(channel, in, sizeBytes);
            Thread replies = new Thread(pipeline::takeReplies, "nbd-client");
            replies.setDaemon(true);
            replies.start();
            return pipeline;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Sends a write; the buffer may be used again when this returns. */
    public CompletableFuture<Void> write(long offsetBytes, ByteBuffer data, boolean fua) {
        return send(flags(fua), WRITE, offsetBytes, data.remaining(), Optional.of(data), Optional.empty());
    }

    public CompletableFuture<Void> writeZeroes(long offsetBytes, int lengthBytes, boolean fua) {
        return send(flags(fua), WRITE_ZEROES, offsetBytes, lengthBytes, Optional.empty(), Optional.empty());
    }

    public CompletableFuture<Void> trim(long offsetBytes, int lengthBytes, boolean fua) {
        return send(flags(fua), TRIM, offsetBytes, lengthBytes, Optional.empty(), Optional.empty());
    }

    public CompletableFuture<Void> flush() {
        return send((short) 0, FLUSH, 0, 0, Optional.empty(), Optional.empty());
    }

    /** Fills the buffer, which belongs to the request until it is answered. */
    public CompletableFuture<Void> read(long offsetBytes, ByteBuffer target) {
        return send((short) 0, READ, offsetBytes, target.remaining(), Optional.empty(), Optional.of(target));
    }

    /** Says goodbye and closes the connection; what was not answered fails. */
    @Override
    public void close() throws IOException {
        CompletableFuture<Void> unanswered = send((short) 0, DISCONNECT, 0, 0, Optional.empty(), Optional.empty());
        unanswered.cancel(false);
        channel.close();
    }

    /** Closes the connection without a word, even while another thread waits for room to send; what was sent fails. */
    public void abort() throws IOException {
        channel.close();
    }

    private static short flags(boolean fua) {
        return fua ? FUA : 0;
    }

    private CompletableFuture<Void> send(
            short flags,
            short command,
            long offsetBytes,
            int lengthBytes,
            Optional<ByteBuffer> data,
            Optional<ByteBuffer> target) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        try {
            send(new Request(answer, target), flags, command, offsetBytes, lengthBytes, data);
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        if (failure != null) {
            answer.completeExceptionally(failure);
        }
        return answer;
    }

    private synchronized void send(
            Request request, short flags, short command, long offsetBytes, int lengthBytes, Optional<ByteBuffer> data)
            throws IOException {
        inFlight.put(++cookie, request);
        header.clear()
                .putInt(REQUEST_MAGIC)
                .putShort(flags)
                .putShort(command)
                .putLong(cookie)
                .putLong(offsetBytes)
                .putInt(lengthBytes)
                .flip();
        if (data.isEmpty()) {
            NbdHandshake.writeFully(channel, header);
            return;
        }
        ByteBuffer[] parts = {header, data.get()};
        while (data.get().hasRemaining()) {
            channel.write(parts);
        }
    }

    private void takeReplies() {
        try {
            while (true) {
                takeReply();
            }
        } catch (IOException e) {
            failure = new IOException("the NBD server closed the connection: " + e.getMessage(), e);
            inFlight.values().forEach(request -> request.answer().completeExceptionally(failure));
        }
    }

    private void takeReply() throws IOException {
        int magic = in.readInt();
        int error = in.readInt();
        long answered = in.readLong();
        Request request = inFlight.get(answered);
        if (magic != REPLY_MAGIC || request == null) {
            throw new IOException("a reply began with 0x" + Integer.toHexString(magic) + " or is to no request");
        }
        if (error == 0 && request.target().isPresent()) {
            byte[] data = new byte[request.target().get().remaining()];
            in.readFully(data);
            request.target().get().put(data);
        }
        inFlight.remove(answered);
        if (error == 0) {
            request.answer().complete(null);
        } else {
            request.answer().completeExceptionally(new IOException("the NBD server answered with error " + error));
        }
    }
}
