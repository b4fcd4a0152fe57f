package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The header of one request as the client sent it ("Request message"), nothing of it checked yet:
 *
 * <pre>
 *  0      4      6      8         16        24       28
 *  | magic | flags | type | cookie | offset | length | payload of a WRITE ...
 * </pre>
 *
 * @param flags the command flags
 * @param type the code of the command
 * @param cookie returned in the reply as it is
 * @param offsetBytes unsigned on the wire, so below 0 where it is 2^63 or more
 * @param lengthBytes unsigned 32 bits
 */
record NbdRequest(int flags, int type, long cookie, long offsetBytes, long lengthBytes) {
    static final int HEADER_BYTES = 28;
    /** Of {@link #HEADER_BYTES}, what follows the magic. */
    static final int BODY_BYTES = HEADER_BYTES - Integer.BYTES;

    /** Takes the {@link #BODY_BYTES} after the magic out of {@code in}. */
    static NbdRequest readFrom(ByteBuf in) {
        return new NbdRequest(
                in.readUnsignedShort(), in.readUnsignedShort(), in.readLong(), in.readLong(), in.readUnsignedInt());
    }

    Optional<NbdCommand> command() {
        return NbdCommand.ofCode(type);
    }

    boolean is(NbdCommand command) {
        return type == command.code();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** For messages: the command by name, or its code where it is unknown. */
    String commandName() {
        return command().map(NbdCommand::name).orElse("command " + type);
    }
}
