package io.ringmirror.cli;

import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;

/**
 * The first contact of a short command with Kafka, whose client would say nothing for as long as it may wait. Where the
 * name of every broker is unknown, or every address refuses, the command ends within a few seconds; where none answers, it
 * says what it waits for. Used by one thread.
 */
final class Reach {
    /** How long brokers that refuse, as while they start, are tried again if the user sets no limit. */
    private static final Duration REFUSED_BOUND = Duration.ofSeconds(3);

    /** A busy machine answers later than usual, too. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int CONNECT_MS = 1_000;

    private final List<String> brokers;
    private final Duration patience;
    private final PrintWriter err;

    /** @param config names the brokers, and how long they may take to answer */
    Reach(RingMirrorConfig config, PrintWriter err) {
        this.brokers = config.getList(Keys.BOOTSTRAP_SERVERS);
        this.patience = config.kafkaTimeout();
        this.err = err;
    }

    /** Why nobody can be spoken to at an address; it may pass, as while a broker starts. */
    private record Problem(String broker, String what, boolean passes) {}

    /**
     * Returns when a broker of those named may be there.
     *
     * @param limit how long the user lets it take, if said
     * @throws CommandException if none can
     */
    void require(Optional<Duration> limit) throws InterruptedException {
        long deadlineNs = System.nanoTime() + limit.orElse(REFUSED_BOUND).toNanos();
        for (List<Problem> problems = problems(); problems.size() == brokers.size(); problems = problems()) {
            if (System.nanoTime() - deadlineNs >= 0 || problems.stream().noneMatch(Problem::passes)) {
                throw new CommandException(
                        ExitCode.UNREACHABLE,
                        "cannot reach Kafka: "
                                + problems.stream()
                                        .map(problem -> problem.broker() + ": " + problem.what())
                                        .collect(Collectors.joining(", "))
                                + "; check bootstrap.servers and that brokers run");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    /** Makes a first call, and says what it waits for if that takes long. */
    void first(Runnable call) {
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture.delayedExecutor(SILENCE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (!ended.get()) {
                        err.println("ringmirror: waiting for Kafka at " + String.join(",", brokers) + ", for "
                                + Quantities.duration(patience.toMillis()) + " at most");
                        err.flush();
                    }
                });
        try {
            call.run();
        } finally {
            ended.set(true);
        }
    }

    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        for (String broker : brokers) {
            problem(broker).ifPresent(problems::add);
        }
        return problems;
    }

    /** Empty also where it cannot be told, as with an address that does not answer in time: Kafka's client decides. */
    private static Optional<Problem> problem(String broker) {
        String host = Utils.getHost(broker);
        Integer port = Utils.getPort(broker);
        if (host == null || port == null) {
            return Optional.empty();
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!refuses(new InetSocketAddress(address, port))) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Problem(broker, "connection refused", true));
        } catch (UnknownHostException e) {
            return Optional.of(new Problem(broker, "no such host", false));
        }
    }

    private static boolean refuses(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
