package io.ringmirror.server;

import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import java.util.List;

/**
 * Says what happened to a mirror that does not run here, and for whose replica so nobody can speak: what the tracker knows
 * of that stays. Any thread.
 */
final class StandstillFacts {
    private static final ReplicaState NOTHING =
            new ReplicaState(Role.DESTINATION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

    private final ServerSettings settings;
    private final EventPublisher events;

    StandstillFacts(ServerSettings settings, EventPublisher events) {
        this.settings = settings;
        this.events = events;
    }

    /** States a fact; nothing if this server has no replica of the mirror any more. */
    void state(Definition definition, Fact fact) {
        definition
                .replicaOf(settings.server())
                .ifPresent(replica -> events.publish(new Event(
                        definition.mirrorId(),
                        definition.mirror(),
                        replica.server(),
                        replica.replicaId(),
                        0,
                        System.currentTimeMillis(),
                        fact,
                        NOTHING,
                        settings.roles())));
    }
}
