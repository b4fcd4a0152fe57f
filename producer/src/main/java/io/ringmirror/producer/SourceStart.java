package io.ringmirror.producer;

import io.ringmirror.replica.CatchUp;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.PositionCheck;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.RingReader;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import java.io.IOException;
import java.util.UUID;

/**
 * The steps by which a server takes the role of a mirror's source: it follows the ring as a destination does, and only
 * then fences everybody before it, follows to the end once more, and begins its term. What the fence let in before it
 * stood is read; nothing comes after it. One thread, blocking; nothing is served yet.
 */
final class SourceStart {
    private final Definition definition;
    private final String server;
    private final Replica replica;
    private final RingReader reader;
    private final RingProducer producer;

    SourceStart(Definition definition, String server, Replica replica, RingReader reader, RingProducer producer) {
        this.definition = definition;
        this.server = server;
        this.replica = replica;
        this.reader = reader;
        this.producer = producer;
    }

    /**
     * Brings the replica to the end of the ring, with this server alone allowed to append.
     *
     * @throws NotOwnerException if another server wrote the last TermBegin; nobody was fenced, or the owner changed
     *     while this server fenced
     * @throws ChainException if the ring and this replica do not fit together
     */
    void takeRole() throws IOException, NotOwnerException {
        PositionCheck.requireOnChain(replica.flushed(), reader);
        CatchUp catchUp = new CatchUp(replica, reader);
        catchUp.toEnd();
        requireOwner();
        producer.fence();
        catchUp.toEnd();
        requireOwner();
        requireRedone();
    }

    /** Only what is in the log is flushed: a flush that was going further shows that the log has lost records. */
    private void requireRedone() {
        if (!replica.readable()) {
            throw new ChainException(
                    Kind.DIVERGED,
                    "a flush of mirror " + definition.mirror() + " was interrupted beyond the end of its ring, epoch "
                            + replica.chain().epoch() + ", sequence "
                            + replica.chain().sequence()
                            + ": the cluster lost acknowledged records, and the images here are a mixture."
                            + " Restore the records, or make a full copy");
        }
    }

    private void requireOwner() throws NotOwnerException {
        Position end = replica.chain().position();
        UUID owner = end.writer().orElseGet(() -> registered(definition.source()));
        if (!owner.equals(registered(server))) {
            String name = definition.replicas().stream()
                    .filter(candidate -> candidate.replicaId().equals(owner))
                    .map(Definition.Replica::server)
                    .findFirst()
                    .orElse("a replica that is not registered, " + owner);
            throw new NotOwnerException(definition.mirror(), name, end.term());
        }
    }

    private UUID registered(String name) {
        return definition.replicaOf(name).orElseThrow().replicaId();
    }
}
