package io.ringmirror.producer.nbd;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What an NBD server has done so far. Counted on event loops, read by {@link #snapshot} from any thread. */
public final class NbdMetrics {
    private final LongAdder connectionsAccepted = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();
    private final LongAdder connectionsOpen = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final Map<NbdCommand, LongAdder> requests = new EnumMap<>(NbdCommand.class);
    private final LongAdder requestsFailed = new LongAdder();
    private final LongAdder requestsInFlight = new LongAdder();
    private final LongAdder bytesInFlight = new LongAdder();
    private final LongAdder permitsWaited = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    NbdMetrics() {
        for (NbdCommand command : NbdCommand.values()) {
            requests.put(command, new LongAdder());
        }
    }

    /** The counters one after the other: each is exact, together they are of about the same moment. */
    public Snapshot snapshot() {
        Map<String, Long> byCommand = new TreeMap<>();
        requests.forEach((command, count) -> byCommand.put(command.name().toLowerCase(Locale.ROOT), count.sum()));
        return new Snapshot(
                connectionsAccepted.sum(),
                connectionsRefused.sum(),
                connectionsOpen.sum(),
                handshakesFailed.sum(),
                Collections.unmodifiableMap(byCommand),
                requestsFailed.sum(),
                requestsInFlight.sum(),
                bytesInFlight.sum(),
                permitsWaited.sum(),
                bytesRead.sum(),
                bytesWritten.sum());
    }

    void connectionOpened() {
        connectionsAccepted.increment();
        connectionsOpen.increment();
    }

    void connectionClosed() {
        connectionsOpen.decrement();
    }

    void connectionRefused() {
        connectionsRefused.increment();
    }

    void handshakeFailed() {
        handshakesFailed.increment();
    }

    void requestAdmitted(NbdRequest request, long bytes) {
        request.command().ifPresent(command -> requests.get(command).increment());
        requestsInFlight.increment();
        bytesInFlight.add(bytes);
    }

    void requestEnded(long bytes) {
        requestsInFlight.decrement();
        bytesInFlight.add(-bytes);
    }

    void requestFailed() {
        requestsFailed.increment();
    }

    void permitWaited() {
        permitsWaited.increment();
    }

    void dataRead(long bytes) {
        bytesRead.add(bytes);
    }

    void dataWritten(long bytes) {
        bytesWritten.add(bytes);
    }

    /**
     * The counters at a moment.
     *
     * @param connectionsAccepted since start
     * @param connectionsRefused since start, over the limit
     * @param connectionsOpen now
     * @param handshakesFailed since start: garbage, too slow, or an export that is not there
     * @param requestsByCommand since start, by the command's name in lower case
     * @param requestsFailed since start, answered with an error
     * @param requestsInFlight now
     * @param bytesInFlight now, admitted for reads and writes
     * @param permitsWaited since start, requests that waited for another one to end
     * @param bytesRead since start, by clients
     * @param bytesWritten since start, by clients
     */
    public record Snapshot(
            long connectionsAccepted,
            long connectionsRefused,
            long connectionsOpen,
            long handshakesFailed,
            Map<String, Long> requestsByCommand,
            long requestsFailed,
            long requestsInFlight,
            long bytesInFlight,
            long permitsWaited,
            long bytesRead,
            long bytesWritten) {}
}
