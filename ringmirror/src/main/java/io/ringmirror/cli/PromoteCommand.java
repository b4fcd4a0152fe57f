package io.ringmirror.cli;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror promote}. */
@Command(
        name = "promote",
        description =
                "Makes a server the source of a mirror, if it answers that it can be. A source that answers finishes,"
                        + " flushes and hands over first, and takes the role back if the server then fails; one that does"
                        + " not answer is fenced and loses nothing that it answered (with ack=flush: nothing that a flush"
                        + " covered). Shows what it would do; acts with --execute.")
final class PromoteCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    /** How long a server may take to say whether it can be the source. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** How long the source is listened for. */
    private static final Duration LISTENING = Duration.ofSeconds(5);

    /** How long an old source waits for its successor, beyond the time that it may take itself. */
    private static final Duration SUCCESSION = Duration.ofSeconds(30);

    @Option(names = "--server", required = true, paramLabel = "SERVER", description = "Server that becomes the source.")
    private String server;

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Option(
            names = "--wait",
            description = "Waits, for --timeout or 60 s, until the server is the source. Without it, until it begins.")
    private boolean wait;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description =
                    "Longest wait for the present source to hand over, and how far the server may be behind it; default"
                            + " ${DEFAULT-VALUE}, 0s does not ask.")
    private Duration drain;

    /**
     * The source that is to hand over.
     *
     * @param heard whether it just said that it is the source; it is asked all the same
     * @param bound how long it may take
     */
    private record Owner(String server, boolean heard, Duration bound) {}

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        Cluster.requireReplica(definition, server);
        String known = cluster.statuses()
                .find(mirror())
                .flatMap(MirrorStatus::source)
                .map(ReplicaStatus::server)
                .orElse(definition.source());
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            RoleChange.Answers answers = change.ask(server, answerLimit(), listening());
            Event fit = requireFit(answers);
            if (fit.state().role() == Role.SOURCE) {
                out().println("server " + server + " is the source of mirror " + mirror() + " already, since term "
                        + fit.term() + "; nothing was done");
                return ExitCode.OK;
            }
            err().println(describe(fit));
            Optional<Owner> owner = drain.isZero() ? Optional.empty() : Optional.of(owner(answers, known));
            owner = owner.filter(present -> !present.server().equals(server));
            if (!execute) {
                plan(owner);
                return ExitCode.OK;
            }
            boolean handedOver = owner.isPresent() && drain(change, owner.get(), fit.term());
            return promote(change, fit.term(), handedOver ? owner : Optional.empty());
        }
    }

    /** Nobody lets go of the role before the one that is to have it has said that it can take it. */
    private Event requireFit(RoleChange.Answers answers) {
        Event fit = answers.asked()
                .orElseThrow(() -> failed("server " + server + " did not say within "
                        + Quantities.duration(answerLimit().toMillis())
                        + " whether it can take the role; does it run? nothing was done"));
        answers.refusal().ifPresent(reason -> {
            throw failed("server " + server + " cannot take the role: " + reason + "; nothing was done");
        });
        Optional<Event> source = answers.source()
                .filter(event -> !drain.isZero() && !event.server().equals(server));
        source.flatMap(event -> behind(fit, event)).ifPresent(how -> {
            throw failed("server " + server + " cannot take the role yet: " + how + "; nothing was done");
        });
        return fit;
    }

    private Optional<String> behind(Event fit, Event source) {
        if (fit.term() != source.term()) {
            return Optional.of("it has read up to term " + fit.term() + ", server " + source.server()
                    + " is the source in" + " term " + source.term());
        }
        long records = source.state().appliedSequence() - fit.state().appliedSequence();
        long lagMs = source.state().appliedTimeMs() - fit.state().appliedTimeMs();
        return records > 0 && lagMs > drain.toMillis()
                ? Optional.of("it is " + records + " records and " + Quantities.duration(lagMs) + " behind server "
                        + source.server() + ", more than --drain allows")
                : Optional.empty();
    }

    /** Whoever says that it is the source; where nobody does, the one that was it when last heard. */
    private Owner owner(RoleChange.Answers answers, String known) {
        return answers.source()
                .map(heard -> new Owner(heard.server(), true, drain))
                .orElseGet(() -> new Owner(known, false, drain.minus(listening())));
    }

    private void plan(Optional<Owner> owner) {
        owner.ifPresent(present -> out().println(
                        present.heard()
                                ? "would ask server " + present.server() + " to finish, flush and hand over"
                                : "server " + present.server()
                                        + " does not say that it is the source; would ask it all the same to hand over,"
                                        + " and have it fenced " + Quantities.duration(drain.toMillis())
                                        + " after the beginning"));
        if (drain.isZero()) {
            out().println("would have the source fenced without asking it to hand over");
        }
        out().println("would have server " + server + " take the role of the source of mirror " + mirror());
        err().println("nothing was done; add --execute to do it");
    }

    private boolean drain(RoleChange change, Owner owner, long term) {
        err().println((owner.heard() ? "" : "server " + owner.server() + " does not say that it is the source; ")
                + "asking server " + owner.server() + " to finish, flush and hand over");
        boolean drained = false;
        try {
            drained = change.demote(
                            owner.server(),
                            new Conditions(
                                    OptionalLong.of(term),
                                    OptionalLong.of(
                                            owner.bound().plus(SUCCESSION).toMillis()),
                                    false,
                                    Optional.of(server)),
                            owner.bound())
                    .isPresent();
        } catch (CommandException e) {
            err().println(e.getMessage());
        }
        err().println(
                        drained
                                ? "server " + owner.server() + " has handed over"
                                : "server " + owner.server() + " has not handed over; server " + server
                                        + " fences it, and it loses nothing that it answered (with ack=flush: nothing"
                                        + " that a flush covered)");
        return drained;
    }

    private ExitCode promote(RoleChange change, long term, Optional<Owner> handedOver) {
        Duration limit = wait ? timeout().orElse(USUAL_LIMIT) : USUAL_LIMIT;
        Conditions conditions = orders(term, limit, handedOver.isPresent());
        Optional<Event> done;
        try {
            done = wait
                    ? change.promote(server, conditions, limit)
                    : change.begin(Action.PROMOTE, server, conditions, ANSWER_LIMIT);
        } catch (CommandException e) {
            takeBack(change, term, handedOver);
            throw e;
        }
        if (done.isEmpty()) {
            takeBack(change, term, handedOver);
            throw failed("server " + server + " did not say within "
                    + Quantities.duration((wait ? limit : ANSWER_LIMIT).toMillis())
                    + (wait ? " that it is the source" : " that it takes the role"));
        }
        out().println(
                        wait
                                ? "server " + server + " is the source of mirror " + mirror() + " since term "
                                        + done.get().term() + ", sequence "
                                        + done.get().state().appliedSequence()
                                : "server " + server + " takes the role of the source of mirror " + mirror()
                                        + "; --wait waits until it has");
        return ExitCode.OK;
    }

    /** A source that let go has the role again where its successor does not take it; it would by itself, later. */
    private void takeBack(RoleChange change, long term, Optional<Owner> handedOver) {
        if (handedOver.isEmpty()) {
            return;
        }
        String old = handedOver.get().server();
        try {
            boolean back = change.ask(old, ANSWER_LIMIT, Duration.ZERO).isSource(old)
                    || change.promote(old, orders(term, USUAL_LIMIT, true), SUCCESSION)
                            .isPresent();
            err().println(
                            back
                                    ? "server " + old + " has taken the role back"
                                    : "server " + old
                                            + " has not said that it has taken the role back; 'ringmirror status "
                                            + mirror() + "' shows who has it");
        } catch (CommandException e) {
            err().println("asked to take the role back, " + e.getMessage());
        }
    }

    private static Conditions orders(long term, Duration life, boolean handedOver) {
        return new Conditions(OptionalLong.of(term), OptionalLong.of(life.toMillis()), handedOver, Optional.empty());
    }

    private Duration listening() {
        Duration half = drain.dividedBy(2);
        return half.compareTo(LISTENING) < 0 ? half : LISTENING;
    }

    private Duration answerLimit() {
        return timeout().filter(limit -> limit.compareTo(ANSWER_LIMIT) < 0).orElse(ANSWER_LIMIT);
    }

    private static CommandException failed(String why) {
        return new CommandException(ExitCode.FAILED, why);
    }

    private static String describe(Event fit) {
        String roles = fit.roles().stream()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" or "));
        return "server " + fit.server() + " may be " + roles + ", and is fit: term " + fit.term() + ", sequence "
                + fit.state().appliedSequence() + " read, " + fit.state().flushedSequence() + " flushed";
    }
}
