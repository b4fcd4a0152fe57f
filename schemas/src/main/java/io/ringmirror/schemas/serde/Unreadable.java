package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.Shown;
import io.ringmirror.schemas.registry.RegistryException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.apache.kafka.common.errors.InterruptException;

/** Sorts what a deserializer throws: a value that will never be one, or an answer that may come yet. Stateless. */
public final class Unreadable {
    private Unreadable() {}

    /**
     * Whether the value may be well, and only the registry's answer is missing, or the thread was interrupted. A registry
     * that answers that it has no such schema has answered.
     */
    public static boolean mayBeReadLater(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException registry) {
                return !registry.isUnknownThere();
            }
            if (cause instanceof InterruptException
                    || cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    /** Which record it is and what is wrong with it, in one line whatever the record holds. */
    public static String at(String topic, int partition, long offset, String why) {
        return "topic " + topic + ", partition " + partition + ", offset " + offset + " cannot be read: "
                + Shown.line(String.valueOf(why));
    }
}
