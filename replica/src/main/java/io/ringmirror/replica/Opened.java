package io.ringmirror.replica;

import io.ringmirror.volume.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start has opened so far: closed again, last first, unless the start came to its end. One thread. */
public final class Opened implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Remembers a resource that is open now. */
    public <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /** The start came to its end: whoever runs now closes them. */
    public void keep() {
        resources.clear();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("while giving up a start: {}", Reason.of(e));
            }
        }
        resources.clear();
    }
}
