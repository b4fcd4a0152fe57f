package io.ringmirror.producer.nbd;

import java.util.List;

/** One option a client sent during the handshake ("Option types"), its data checked for form only. */
sealed interface NbdOption {
    /** The code to which replies refer. */
    int code();

    /** Go to transmission with this export; no reply can carry an error. */
    record ExportName(String name) implements NbdOption {
        @Override
        public int code() {
            return Protocol.OPT_EXPORT_NAME;
        }
    }

    /** The client leaves. */
    record Abort() implements NbdOption {
        @Override
        public int code() {
            return Protocol.OPT_ABORT;
        }
    }

    /** Name all exports. */
    record ListExports() implements NbdOption {
        @Override
        public int code() {
            return Protocol.OPT_LIST;
        }
    }

    /** Encrypt from here on. */
    record StartTls() implements NbdOption {
        @Override
        public int code() {
            return Protocol.OPT_STARTTLS;
        }
    }

    /** INFO tells about an export; GO does the same and goes to transmission with it. */
    record Info(String name, List<Integer> wanted, boolean go) implements NbdOption {
        @Override
        public int code() {
            return go ? Protocol.OPT_GO : Protocol.OPT_INFO;
        }
    }

    /** Answer READ in chunks. */
    record StructuredReplies() implements NbdOption {
        @Override
        public int code() {
            return Protocol.OPT_STRUCTURED_REPLY;
        }
    }

    /** LIST_META_CONTEXT names the metadata contexts of an export; SET_META_CONTEXT selects among them. */
    record MetaContext(String name, List<String> queries, boolean set) implements NbdOption {
        @Override
        public int code() {
            return set ? Protocol.OPT_SET_META_CONTEXT : Protocol.OPT_LIST_META_CONTEXT;
        }
    }

    /** An option that is not served here. */
    record Unknown(int code) implements NbdOption {}

    /** A known option whose data has not the form it must have. */
    record Malformed(int code, String why) implements NbdOption {}
}
