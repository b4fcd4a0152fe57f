package io.ringmirror.producer.nbd;

import io.ringmirror.producer.BlockDevice;
import java.util.List;
import java.util.Optional;

/** The block devices a server offers at this moment. Called on event loops: answers at once, from any thread. */
public interface Exports {
    /** The names that {@link #find} knows, in the order clients are shown them. */
    List<String> names();

    /**
     * The device of that name. A device stays with the connections that found it; when it may no longer be served, the
     * exports leave it out and {@link NbdServer#closeConnections} ends those connections.
     */
    Optional<BlockDevice> find(String name);
}
