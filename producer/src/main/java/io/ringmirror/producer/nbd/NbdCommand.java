package io.ringmirror.producer.nbd;

import java.util.Optional;

/** The request types that are served ("Request types"), and what each may carry besides FUA, which all may. */
enum NbdCommand {
    READ(0, Protocol.FLAG_DF, false),
    WRITE(1, 0, true),
    DISC(2, 0, false),
    FLUSH(3, 0, false),
    TRIM(4, 0, true),
    CACHE(5, 0, false),
    WRITE_ZEROES(6, Protocol.FLAG_NO_HOLE, true),
    BLOCK_STATUS(7, Protocol.FLAG_REQ_ONE, false);

    private static final NbdCommand[] BY_CODE = values();

    private final int code;
    private final int flags;
    private final boolean changesData;

    NbdCommand(int code, int flags, boolean changesData) {
        this.code = code;
        this.flags = flags | Protocol.FLAG_FUA;
        this.changesData = changesData;
    }

    /** The command of a code on the wire, or nothing where it is not served. */
    static Optional<NbdCommand> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }

    int code() {
        return code;
    }

    /** The command flags documented for it. */
    int flags() {
        return flags;
    }

    boolean changesData() {
        return changesData;
    }

    /** Whether offset and length name a range of the export. */
    boolean hasRange() {
        return this != FLUSH && this != DISC;
    }

    /** Whether its data crosses the wire, in the request or in the reply, and takes memory here. */
    boolean movesData() {
        return this == READ || this == WRITE;
    }
}
