package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the data of one option ("Option types"). Whatever the data, the outcome is an option: wrong form is one too. */
final class OptionParser {
    private final int code;
    private final ByteBuf data;

    private OptionParser(int code, ByteBuf data) {
        this.code = code;
        this.data = data;
    }

    /** {@code data} is exactly what the option's length said. */
    static NbdOption parse(int code, ByteBuf data) {
        try {
            NbdOption option = new OptionParser(code, data).option();
            boolean rest = data.isReadable() && !(option instanceof NbdOption.Unknown);
            return rest ? new NbdOption.Malformed(code, data.readableBytes() + " bytes too many") : option;
        } catch (MalformedException e) {
            return new NbdOption.Malformed(code, e.getMessage());
        }
    }

    private NbdOption option() throws MalformedException {
        return switch (code) {
            case Protocol.OPT_EXPORT_NAME -> new NbdOption.ExportName(string(data.readableBytes()));
            case Protocol.OPT_ABORT -> abort();
            case Protocol.OPT_LIST -> new NbdOption.ListExports();
            case Protocol.OPT_STARTTLS -> new NbdOption.StartTls();
            case Protocol.OPT_INFO, Protocol.OPT_GO -> info();
            case Protocol.OPT_STRUCTURED_REPLY -> new NbdOption.StructuredReplies();
            case Protocol.OPT_LIST_META_CONTEXT, Protocol.OPT_SET_META_CONTEXT -> metaContext();
            default -> new NbdOption.Unknown(code);
        };
    }

    /** A client that leaves is not held up over what it sends along. */
    private NbdOption abort() {
        data.skipBytes(data.readableBytes());
        return new NbdOption.Abort();
    }

    private NbdOption info() throws MalformedException {
        String name = string(count());
        need(Short.BYTES);
        int requests = data.readUnsignedShort();
        need((long) requests * Short.BYTES);
        List<Integer> wanted = new ArrayList<>(requests);
        for (int i = 0; i < requests; i++) {
            wanted.add(data.readUnsignedShort());
        }
        return new NbdOption.Info(name, List.copyOf(wanted), code == Protocol.OPT_GO);
    }

    private NbdOption metaContext() throws MalformedException {
        String name = string(count());
        long queries = count();
        need(queries * Integer.BYTES);
        List<String> all = new ArrayList<>();
        for (long i = 0; i < queries; i++) {
            all.add(string(count()));
        }
        return new NbdOption.MetaContext(name, List.copyOf(all), code == Protocol.OPT_SET_META_CONTEXT);
    }

    private long count() throws MalformedException {
        need(Integer.BYTES);
        return data.readUnsignedInt();
    }

    private String string(long lengthBytes) throws MalformedException {
        if (lengthBytes > Protocol.MAX_STRING_BYTES) {
            throw new MalformedException(
                    "a string of " + lengthBytes + " bytes, the longest allowed is " + Protocol.MAX_STRING_BYTES);
        }
        need(lengthBytes);
        return data.readCharSequence((int) lengthBytes, StandardCharsets.UTF_8).toString();
    }

    private void need(long bytes) throws MalformedException {
        if (data.readableBytes() < bytes) {
            throw new MalformedException("its data ends after " + data.readableBytes() + " of " + bytes + " bytes");
        }
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        private MalformedException(String message) {
            super(message);
        }
    }
}
