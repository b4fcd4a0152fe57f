package io.ringmirror.producer.nbd;

/** Numbers of the NBD protocol that have no type of their own here ("Values"); all are big-endian on the wire. */
final class Protocol {
    /** "NBDMAGIC": the first word of a server. */
    static final long INIT_MAGIC = 0x4e42444d41474943L;
    /** "IHAVEOPT": announces newstyle, and precedes each option. */
    static final long OPTION_MAGIC = 0x49484156454f5054L;

    static final long OPTION_REPLY_MAGIC = 0x0003e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    // Handshake flags, and client flags with the same meaning.
    static final int FIXED_NEWSTYLE = 1;
    static final int NO_ZEROES = 1 << 1;
    /** Bytes of zeroes after the answer to EXPORT_NAME, unless both sides said NO_ZEROES. */
    static final int EXPORT_NAME_ZEROES_BYTES = 124;

    // Transmission flags: what an export can do.
    static final int HAS_FLAGS = 1;
    static final int READ_ONLY = 1 << 1;
    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;
    static final int SEND_DF = 1 << 7;
    static final int CAN_MULTI_CONN = 1 << 8;
    static final int SEND_CACHE = 1 << 10;

    // Option types.
    static final int OPT_EXPORT_NAME = 1;
    static final int OPT_ABORT = 2;
    static final int OPT_LIST = 3;
    static final int OPT_STARTTLS = 5;
    static final int OPT_INFO = 6;
    static final int OPT_GO = 7;
    static final int OPT_STRUCTURED_REPLY = 8;
    static final int OPT_LIST_META_CONTEXT = 9;
    static final int OPT_SET_META_CONTEXT = 10;

    // Option reply types.
    static final int REP_ACK = 1;
    static final int REP_SERVER = 2;
    static final int REP_INFO = 3;
    static final int REP_META_CONTEXT = 4;
    static final int REP_ERR_UNSUP = 0x80000001;
    static final int REP_ERR_POLICY = 0x80000002;
    static final int REP_ERR_INVALID = 0x80000003;
    static final int REP_ERR_UNKNOWN = 0x80000006;

    // Information types of INFO and GO.
    static final int INFO_EXPORT = 0;
    static final int INFO_NAME = 1;
    static final int INFO_DESCRIPTION = 2;
    static final int INFO_BLOCK_SIZE = 3;

    // Command flags.
    static final int FLAG_FUA = 1;
    static final int FLAG_NO_HOLE = 1 << 1;
    static final int FLAG_DF = 1 << 2;
    static final int FLAG_REQ_ONE = 1 << 3;

    // Structured replies: the flag, and the chunk types.
    static final int CHUNK_DONE = 1;
    static final int CHUNK_NONE = 0;
    static final int CHUNK_OFFSET_DATA = 1;
    static final int CHUNK_BLOCK_STATUS = 5;
    static final int CHUNK_ERROR = (1 << 15) + 1;

    // The metadata context base:allocation.
    static final String ALLOCATION_CONTEXT = "base:allocation";
    /** Our id of it; nonzero, so that a client that mixes ids up is noticed. */
    static final int ALLOCATION_CONTEXT_ID = 1;

    static final int STATE_HOLE = 1;
    static final int STATE_ZERO = 1 << 1;

    /** Longest string: an export name, a query, a message ("Values", strings). */
    static final int MAX_STRING_BYTES = 4096;

    /** "Block size constraints": any offset and length is served. */
    static final int MIN_BLOCK_BYTES = 1;

    static final int PREFERRED_BLOCK_BYTES = 4096;
    /** The largest payload of one request, either way. */
    static final int MAX_PAYLOAD_BYTES = 32 << 20;

    private Protocol() {}
}
