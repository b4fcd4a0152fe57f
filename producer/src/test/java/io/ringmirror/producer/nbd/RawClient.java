package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An NBD client that says exactly the bytes it is told to, and reads what comes back without judging it. */
final class RawClient implements AutoCloseable {
    /** Only so that a test that would wait for ever fails instead. */
    private static final int READ_TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    RawClient(NbdServer server) throws IOException {
        socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(READ_TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** One reply to an option. */
    @SuppressWarnings("ArrayRecordComponent") // read by its content, never compared as a whole
    record OptionReply(int option, int type, byte[] data) {
        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /** A simple reply, without the data of a READ. */
    record SimpleReply(int error, long cookie) {}

    /** One chunk of a structured reply. */
    @SuppressWarnings("ArrayRecordComponent") // read by its content, never compared as a whole
    record Chunk(int flags, int type, long cookie, byte[] payload) {}

    /** A client that chose an export with GO, with structured replies if asked for. */
    static RawClient inTransmission(NbdServer server, String export, boolean structured) throws IOException {
        RawClient client = new RawClient(server);
        client.greet(Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES);
        if (structured) {
            client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
            assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
            client.option(Protocol.OPT_SET_META_CONTEXT, metaContextData(export, Protocol.ALLOCATION_CONTEXT));
            client.optionRepliesToAck();
        }
        client.option(Protocol.OPT_GO, infoData(export));
        client.optionRepliesToAck();
        return client;
    }

    /** Reads the server's first words and answers them. */
    void greet(int flags) throws IOException {
        assertThat(in.readLong()).isEqualTo(Protocol.INIT_MAGIC);
        assertThat(in.readLong()).isEqualTo(Protocol.OPTION_MAGIC);
        assertThat(in.readShort()).isEqualTo((short) (Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES));
        out.writeInt(flags);
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void option(int code, byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream whole = new DataOutputStream(bytes);
        whole.writeLong(Protocol.OPTION_MAGIC);
        whole.writeInt(code);
        whole.writeInt(data.length);
        whole.write(data);
        send(bytes.toByteArray());
    }

    static byte[] infoData(String export, int... wanted) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        writeString(data, export);
        data.writeShort(wanted.length);
        for (int info : wanted) {
            data.writeShort(info);
        }
        return bytes.toByteArray();
    }

    static byte[] metaContextData(String export, String... queries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        writeString(data, export);
        data.writeInt(queries.length);
        for (String query : queries) {
            writeString(data, query);
        }
        return bytes.toByteArray();
    }

    private static void writeString(DataOutputStream data, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        data.writeInt(utf8.length);
        data.write(utf8);
    }

    OptionReply optionReply() throws IOException {
        assertThat(in.readLong()).isEqualTo(Protocol.OPTION_REPLY_MAGIC);
        int option = in.readInt();
        int type = in.readInt();
        return new OptionReply(option, type, in.readNBytes(in.readInt()));
    }

    /** All replies before the ACK. */
    List<OptionReply> optionRepliesToAck() throws IOException {
        List<OptionReply> replies = new ArrayList<>();
        OptionReply reply = optionReply();
        while (reply.type() != Protocol.REP_ACK) {
            assertThat(reply.type()).as(reply.text()).isPositive();
            replies.add(reply);
            reply = optionReply();
        }
        return replies;
    }

    static byte[] header(int flags, int type, long cookie, long offsetBytes, long lengthBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream request = new DataOutputStream(bytes);
        request.writeInt(Protocol.REQUEST_MAGIC);
        request.writeShort(flags);
        request.writeShort(type);
        request.writeLong(cookie);
        request.writeLong(offsetBytes);
        request.writeInt((int) lengthBytes);
        return bytes.toByteArray();
    }

    void request(NbdCommand command, long cookie, long offsetBytes, long lengthBytes) throws IOException {
        request(0, command, cookie, offsetBytes, lengthBytes);
    }

    void request(int flags, NbdCommand command, long cookie, long offsetBytes, long lengthBytes) throws IOException {
        send(header(flags, command.code(), cookie, offsetBytes, lengthBytes));
    }

    void write(long cookie, long offsetBytes, byte[] data) throws IOException {
        request(NbdCommand.WRITE, cookie, offsetBytes, data.length);
        send(data);
    }

    /** Reads a simple reply to that request and returns its error. */
    int simpleReply(long cookie) throws IOException {
        SimpleReply reply = simpleReply();
        assertThat(reply.cookie()).isEqualTo(cookie);
        return reply.error();
    }

    SimpleReply simpleReply() throws IOException {
        assertThat(in.readInt()).isEqualTo(Protocol.SIMPLE_REPLY_MAGIC);
        return new SimpleReply(in.readInt(), in.readLong());
    }

    Chunk chunk() throws IOException {
        assertThat(in.readInt()).isEqualTo(Protocol.STRUCTURED_REPLY_MAGIC);
        int flags = in.readUnsignedShort();
        int type = in.readUnsignedShort();
        long cookie = in.readLong();
        return new Chunk(flags, type, cookie, in.readNBytes(in.readInt()));
    }

    byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** Waits for the server to close the connection, and tells whether it said nothing more before. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
