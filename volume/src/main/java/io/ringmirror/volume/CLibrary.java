package io.ringmirror.volume;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds native methods to the functions of the C library that have their names, on 64-bit Linux. Stateless. */
final class CLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(CLibrary.class);

    private CLibrary() {}

    /**
     * Binds all native methods of a class; false if this system has not all of them.
     *
     * @param without what follows then, for the log
     */
    static boolean bind(Class<?> functions, String without) {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            return false;
        }
        try {
            Native.register(functions, Platform.C_LIBRARY_NAME);
            return true;
        } catch (LinkageError e) {
            LOG.warn("Functions of the C library are missing, so that {}: {}", without, e.getMessage());
            return false;
        }
    }
}
