package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import org.apache.avro.generic.GenericRecord;

/** {@link Event} in {@code event.avsc}: each {@link Fact} is a branch of its own name, later ones in fields of their own. */
public final class EventMapping extends AvroMapping<Event> {
    private final Branches facts = new Branches(schema().getField("fact").schema());
    private final Branches refusals = new Branches(schema().getField("refusal").schema());
    private final Branches readiness =
            new Branches(schema().getField("readiness").schema());

    public EventMapping() {
        super(MirrorSchema.EVENT);
    }

    @Override
    public GenericRecord toAvro(Event event) {
        return new Draft(schema())
                .putUuid("mirrorId", event.mirrorId())
                .put("mirror", event.mirror())
                .put("server", event.server())
                .putUuid("replicaId", event.replicaId())
                .put("term", event.term())
                .put("timeMs", event.timeMs())
                .put("fact", isLater(event.fact()) ? null : toAvro(event.fact()))
                .put("refusal", event.fact() instanceof Fact.Refused refused ? toAvro(refused) : null)
                .put("readiness", event.fact() instanceof Fact.Ready ready ? toAvro(ready) : null)
                .putInner("state", event.state(), ReplicaStates::toAvro)
                .putConstants("roles", event.roles())
                .put("generation", event.generation())
                .done();
    }

    @Override
    Event read(Fields fields) {
        return new Event(
                fields.uuid("mirrorId"),
                fields.text("mirror"),
                fields.text("server"),
                fields.uuid("replicaId"),
                fields.longAt("term"),
                fields.longAt("timeMs"),
                fields.optionalInner("fact")
                        .map(EventMapping::fact)
                        .or(() -> fields.optionalInner("refusal").map(EventMapping::refusal))
                        .or(() -> fields.optionalInner("readiness").map(EventMapping::ready))
                        .orElseThrow(() -> Branches.unknown("fact", "null")),
                ReplicaStates.read(fields.inner("state")),
                fields.constants("roles", Role.class),
                fields.longAt("generation"));
    }

    /** Whether it is a kind that came after the union was settled. */
    private static boolean isLater(Fact fact) {
        return fact instanceof Fact.Refused || fact instanceof Fact.Ready;
    }

    private GenericRecord toAvro(Fact fact) {
        Draft draft = facts.draftFor(fact);
        if (fact instanceof Fact.TermBegun begun) {
            draft.put("log", begun.log()).put("offset", begun.offset());
        } else if (fact instanceof Fact.EpochOpened opened) {
            draft.put("epoch", opened.epoch()).put("log", opened.log()).put("offset", opened.offset());
        } else if (fact instanceof Fact.EpochSealed sealed) {
            draft.put("epoch", sealed.epoch());
        } else if (fact instanceof Fact.Flushed flushed) {
            draft.put("epoch", flushed.epoch())
                    .put("durationMs", flushed.durationMs())
                    .put("bytes", flushed.bytes());
        } else if (fact instanceof Fact.Deallocated gone) {
            draft.put("log", gone.log())
                    .put("epoch", gone.epoch())
                    .put("beforeOffset", gone.beforeOffset())
                    .put("records", gone.records());
        } else if (fact instanceof Fact.Stopped stopped) {
            draft.put("reason", stopped.reason());
        }
        return draft.done();
    }

    private GenericRecord toAvro(Fact.Refused refused) {
        return refusals.draftFor(refused)
                .putUuid("commandId", refused.commandId())
                .put("reason", refused.reason())
                .done();
    }

    private GenericRecord toAvro(Fact.Ready ready) {
        return readiness.draftFor(ready).putUuid("commandId", ready.commandId()).done();
    }

    private static Fact ready(Fields in) {
        return new Fact.Ready(in.uuid("commandId"));
    }

    private static Fact refusal(Fields in) {
        return new Fact.Refused(in.uuid("commandId"), in.text("reason"));
    }

    private static Fact fact(Fields in) {
        return switch (in.kind()) {
            case "TermBegun" -> new Fact.TermBegun(in.intAt("log"), in.longAt("offset"));
            case "EpochOpened" -> new Fact.EpochOpened(in.longAt("epoch"), in.intAt("log"), in.longAt("offset"));
            case "EpochSealed" -> new Fact.EpochSealed(in.longAt("epoch"));
            case "Flushed" -> new Fact.Flushed(in.longAt("epoch"), in.longAt("durationMs"), in.longAt("bytes"));
            case "Beat" -> new Fact.Beat();
            case "Deallocated" ->
                new Fact.Deallocated(
                        in.intAt("log"), in.longAt("epoch"), in.longAt("beforeOffset"), in.longAt("records"));
            case "Stopped" -> new Fact.Stopped(in.text("reason"));
            default -> throw Branches.unknown("fact", in.kind());
        };
    }
}
