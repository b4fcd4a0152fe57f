package io.ringmirror.server;

import io.ringmirror.producer.Claim;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.replica.store.ReplicaInUseException;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mirror on this server, through all its roles: runs it as what it was, changes its role when told or fenced, runs it
 * again after a failure that passes, and says why it stands still where somebody has to look. Changes are made one after
 * the other on a thread of its own; any thread may ask or tell.
 */
final class HostedMirror implements RingWatch.Watched {
    /** As the source if this server was and still is, else as a destination. */
    private static final Optional<Claim> AS_IT_WAS = Optional.of(Claim.OWNER);
    /** As a destination. */
    private static final Optional<Claim> FOLLOW = Optional.empty();

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** How long a fenced source waits for another's TermBegin, which is a few round trips behind the fence. */
    private static final Duration RETAKE_PAUSE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(HostedMirror.class);

    private final MirrorStarter starter;
    private final StandstillFacts absence;
    private final OrderGate gate;
    private final Exposure exposure;
    private final Supplier<Optional<MirrorStatus>> lastStatus;
    private final MirrorThreads threads;
    private volatile Definition definition;
    private volatile RunningMirror running;
    private volatile Exception failure;
    private volatile boolean lasting;
    private volatile boolean closed;
    private CompletableFuture<Void> closing;
    private CompletableFuture<Void> changes = CompletableFuture.completedFuture(null);
    private Duration pause = FIRST_PAUSE;
    private MemoryBudget.Reservation memory; // of the changes, until it is closed
    private Duration patience = RETAKE_PAUSE;
    private OptionalLong servedTerm = OptionalLong.empty();
    private Optional<Order> obeyed = Optional.empty();

    /**
     * Runs nothing yet.
     *
     * @param absence states what happens while it does not run
     * @param exposure where a running mirror is shown
     * @param lastStatus what the tracker said last of it, if that was heard before it ran
     * @param threads its own; ended with it
     */
    HostedMirror(
            Definition definition,
            MirrorStarter starter,
            StandstillFacts absence,
            Exposure exposure,
            Supplier<Optional<MirrorStatus>> lastStatus,
            MirrorThreads threads) {
        this.definition = definition;
        this.starter = starter;
        this.absence = absence;
        this.gate = new OrderGate(starter);
        this.exposure = exposure;
        this.lastStatus = lastStatus;
        this.threads = threads;
    }

    /** What else on the server is told that a mirror runs, or does not any more. */
    interface Exposure {
        /** Clients may have it; it has its role when this returns. */
        void shown(RunningMirror mirror);

        /** It runs no more; its clients are to be disconnected for this reason. */
        void hidden(RunningMirror mirror, String reason);
    }

    /** Has it run as what it was; completes when it does, or was found unable to, which {@link #failure} tells. */
    CompletableFuture<Void> start() {
        return changed(() -> run(AS_IT_WAS));
    }

    Definition definition() {
        return definition;
    }

    /** The role it has now, in which clients find it; empty while it does not run. */
    Optional<Role> role() {
        return Optional.ofNullable(running).map(RunningMirror::role);
    }

    /** Why it does not run, or did not when it was last tried. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public Optional<RingWatch.Followed> followed() {
        return Optional.ofNullable(running)
                .map(mirror ->
                        new RingWatch.Followed(mirror.ring(), mirror.run().shown()));
    }

    @Override
    public void lost(RingTopic ring, ChainException why) {
        Optional.ofNullable(running)
                .filter(mirror -> mirror.ring().equals(ring))
                .ifPresent(mirror -> mirror.run().fail(why));
    }

    /** True if it does not run and will not by itself. */
    boolean standsStill() {
        return running == null && lasting;
    }

    /** Carries out an order to this server, now or, where it changes the role, soon. */
    void obey(Order order) {
        Command command = order.command();
        switch (command.action()) {
            case PROMOTE -> change(() -> promote(order));
            case DEMOTE -> change(() -> demote(order));
            case ASK_FIT -> change(() -> answer(order));
            case RETRY -> change(() -> retry(order));
            case FLUSH, HOLD_FLUSH, RESUME_FLUSH ->
                Optional.ofNullable(running).ifPresent(mirror -> mirror.run().order(command.action()));
        }
    }

    /** What the tracker said. */
    void status(MirrorStatus status) {
        Optional.ofNullable(running).ifPresent(mirror -> mirror.status(status));
    }

    /** The definition was changed. Whoever waits for a fence to be made anew goes on as soon as it stands. */
    void redefined(Definition newer) {
        if (newer.generation() > definition.generation()) {
            boolean fenceStands =
                    !newer.fence().equals(definition.fence()) && !newer.fence().closing();
            definition = newer;
            Optional.ofNullable(running).ifPresent(mirror -> mirror.redefined(newer));
            if (fenceStands && running == null && !lasting) {
                change(this::runAgain);
            }
        }
    }

    /** Stops it within its bound, after changes under way; completes when it has ended. Idempotent. */
    synchronized CompletableFuture<Void> close() {
        if (!closed) {
            closed = true;
            closing = changed(() -> {
                stop(HostedMirror::endRun, "the server stopped");
                threads.end();
                giveMemoryBack();
            });
        }
        return closing;
    }

    private void giveMemoryBack() {
        if (memory != null) {
            memory.close();
        }
    }

    private void change(Runnable change) {
        CompletableFuture<Void> unused = changed(change);
    }

    private synchronized CompletableFuture<Void> changed(Runnable change) {
        changes = changes.thenRunAsync(() -> make(change), threads.changes());
        return changes;
    }

    private void make(Runnable change) {
        try {
            change.run();
        } catch (RuntimeException | Error e) {
            LOG.error("mirror={} a change failed: {}", definition.mirror(), Reason.of(e), e);
            failure = new IllegalStateException("a change of its role failed: " + Reason.of(e), e);
        }
    }

    private void run(Optional<Claim> claim) {
        tryRun(claim).ifPresent(this::failed);
    }

    /** What it did not run for has passed, most likely. */
    private void runAgain() {
        pause = FIRST_PAUSE;
        run(AS_IT_WAS);
    }

    /** Runs it; tells why it does not. */
    private Optional<Exception> tryRun(Optional<Claim> claim) {
        if (closed || running != null) {
            return Optional.empty();
        }
        try {
            Definition before = definition;
            if (memory == null) {
                memory = starter.reserve(before.mirror());
            }
            RunningMirror started = starter.start(before, claim, threads, memory);
            failure = null;
            pause = FIRST_PAUSE;
            exposure.shown(started);
            running = started;
            redefinedSince(before, started);
            lastStatus.get().ifPresent(started::status);
            LOG.info("mirror={} role={}", definition.mirror(), started.role());
            CompletableFuture<Void> unused = started.run()
                    .ended()
                    .whenComplete((nothing, problem) -> change(() -> ended(started, Optional.ofNullable(problem))));
            if (started instanceof RunningMirror.AsDestination follower) {
                lookLater(follower, patience);
            } else {
                servedTerm = OptionalLong.of(started.term());
            }
            patience = RETAKE_PAUSE;
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.of(e);
        }
    }

    /** A definition that came before there was a running mirror to hand it to. */
    private void redefinedSince(Definition before, RunningMirror started) {
        Definition now = definition;
        if (now.generation() > before.generation()) {
            started.redefined(now);
        }
    }

    /** It ended by itself, unless a change has let it go before. */
    private void ended(RunningMirror mirror, Optional<Throwable> problem) {
        if (running != mirror) {
            return;
        }
        Throwable why = problem.map(HostedMirror::unwrapped).orElseGet(() -> new IllegalStateException("it ended"));
        stop(HostedMirror::endRun, Reason.of(why));
        if (why instanceof FencedException) {
            LOG.warn("mirror={} this server steps down: {}", definition.mirror(), Reason.of(why));
            run(FOLLOW);
        } else {
            failed(why instanceof Exception exception ? exception : new IllegalStateException(why));
        }
    }

    /** What passes is tried again, with longer and longer pauses; what does not is for people. */
    private void failed(Exception problem) {
        failure = problem;
        absence.state(definition, new Fact.Stopped(Reason.of(problem)));
        lasting = isLasting(problem);
        if (lasting) {
            LOG.error("mirror={} cannot run here: {}", definition.mirror(), Reason.of(problem));
            LOG.debug("mirror={} cannot run here", definition.mirror(), problem);
            return;
        }
        LOG.warn(
                "mirror={} does not run, tried again in {} s: {}",
                definition.mirror(),
                pause.toSeconds(),
                Reason.of(problem));
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, threads.changes())
                .execute(() -> change(() -> run(AS_IT_WAS)));
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    /** Somebody has mended what it stood still for. */
    private void retry(Order order) {
        runAgain();
        if (running == null) {
            refuse(order, closed ? "the server stops" : Reason.of(failure));
        } else {
            running.run().tell(new Fact.Ready(order.command().commandId()));
        }
    }

    /** Says whether this server could take the role now, or has it. */
    private void answer(Order order) {
        RunningMirror mirror = running;
        if (mirror == null) {
            refuse(order, notRunning());
        } else if (mirror.role() == Role.SOURCE) {
            mirror.run().tell(new Fact.Ready(order.command().commandId()));
        } else {
            gate.reasonAgainst(order, mirror).ifPresent(reason -> refuse(order, reason));
        }
    }

    private void promote(Order order) {
        if (mayObey(order)) {
            stop(HostedMirror::endRun, "the server takes the role of the source");
            lead(order);
        }
    }

    /** Takes the role by an order, which it holds on to while others may overtake it. */
    private void lead(Order order) {
        Optional<Exception> problem = tryRun(Optional.of(order.claim()));
        obeyed = problem.isEmpty() ? Optional.of(order) : Optional.empty();
        problem.ifPresent(why -> {
            LOG.error("mirror={} this server did not take the role: {}", definition.mirror(), Reason.of(why));
            run(FOLLOW);
            refuse(order, Reason.of(why));
        });
    }

    /** With a successor named, the role comes back to this server unless somebody has begun a term in time. */
    private void demote(Order order) {
        if (!mayObey(order)) {
            return;
        }
        Optional<String> successor = order.command().conditions().successor();
        obeyed = Optional.empty();
        if (successor.isPresent()) {
            patience = Duration.ofMillis(order.lifeMs());
            stop(RunningMirror::handOver, "the server hands the mirror over to server " + successor.get());
        } else {
            stop(RunningMirror::resign, "the server hands the mirror over");
        }
        run(FOLLOW);
    }

    private boolean mayObey(Order order) {
        RunningMirror mirror = running;
        Optional<String> reason = closed
                ? Optional.of("the server stops")
                : mirror == null ? Optional.of(notRunning()) : gate.reasonAgainst(order, mirror);
        reason.ifPresent(why -> refuse(order, why));
        return reason.isEmpty();
    }

    private String notRunning() {
        return "mirror " + definition.mirror() + " does not run on this server"
                + failure().map(why -> ": " + Reason.of(why)).orElse("");
    }

    private void refuse(Order order, String reason) {
        Command command = order.command();
        LOG.warn("mirror={} order {} refused: {}", definition.mirror(), command.action(), reason);
        if (command.server().isEmpty() && command.action() != Command.Action.ASK_FIT) {
            return;
        }
        Fact refused = new Fact.Refused(command.commandId(), reason);
        RunningMirror mirror = running;
        if (mirror != null) {
            mirror.run().tell(refused);
        } else {
            absence.state(definition, refused);
            absence.state(definition, new Fact.Stopped(notRunning()));
        }
    }

    /**
     * Looks again later at a destination that was the source last. Nobody else may have taken the role: one who was
     * fencing died before his term began, or a successor never came. Or this server was ordered to take it and overtaken
     * by one who did not take it either.
     */
    private void lookLater(RunningMirror.AsDestination mirror, Duration pause) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, threads.changes())
                .execute(() -> change(() -> look(mirror)));
    }

    private void look(RunningMirror.AsDestination mirror) {
        if (closed
                || running != mirror
                || !starter.mayBeSource()
                || !mirror.run().saysSource()) {
            return;
        }
        if (mirror.run().ownsLastTerm()) {
            LOG.info(
                    "mirror={} nobody has begun a term after this server's own; it takes the role again",
                    definition.mirror());
            stop(HostedMirror::endRun, "the server takes the role again");
            run(Optional.of(new Claim.Owner(servedTerm)));
        } else if (obeyed.isPresent()) {
            stop(HostedMirror::endRun, "the server takes the role of the source");
            lead(obeyed.get());
        } else {
            lookLater(mirror, RETAKE_PAUSE);
        }
    }

    private void stop(Consumer<RunningMirror> how, String reason) {
        RunningMirror stopped = running;
        if (stopped == null) {
            return;
        }
        running = null;
        how.accept(stopped);
        exposure.hidden(stopped, reason);
    }

    private static void endRun(RunningMirror mirror) {
        mirror.run().close();
    }

    /** Ring and replica do not fit together, or the replica is not one: trying again would find the same. */
    private static boolean isLasting(Throwable problem) {
        return problem instanceof ChainException
                || (problem instanceof ReplicaException && !(problem instanceof ReplicaInUseException))
                || problem instanceof RoleException
                || problem instanceof MemoryException
                || (problem instanceof UncheckedIOException && isLasting(problem.getCause()));
    }

    private static Throwable unwrapped(Throwable problem) {
        return problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
    }
}
