package io.ringmirror.producer;

import io.ringmirror.replica.CatchUp;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.PositionCheck;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.RingReader;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.util.Optional;
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
    private final Claim claim;
    private final long knownTerm;

    SourceStart(String server, Replica replica, RingReader reader, RingProducer producer, Claim claim) {
        this.definition = replica.definition();
        this.server = server;
        this.replica = replica;
        this.reader = reader;
        this.producer = producer;
        this.claim = claim;
        this.knownTerm = replica.flushed().term();
    }

    /**
     * Brings the replica to the end of the ring, with this server alone allowed to append. What brokers lost shows before
     * anybody is fenced; behind the fence it is looked for once more, as they may have lost it meanwhile. The replica says
     * that it has the role before the ring does, so that a crash between the two leaves the ring to decide.
     *
     * @throws NotOwnerException if the claim does not hold; nobody was fenced, or it held until this server fenced. The
     *     source that was fenced then takes the role again by itself, as its own TermBegin is the ring's last
     * @throws ChainException if the ring and this replica do not fit together; nobody was fenced, or the ring is the worse
     *     for what the brokers lost
     */
    void takeRole() throws IOException, NotOwnerException {
        requireRole(replica, server, claim);
        PositionCheck.requireOnChain(replica.flushed(), reader);
        CatchUp catchUp = new CatchUp(replica, reader);
        catchUp.toEnd();
        requireClaim();
        replica.requireReadableAtEnd();
        producer.fence();
        catchUp.toEnd();
        requireClaim();
        PositionCheck.requireOnChain(replica.chain().position(), reader);
        flushNewTerm();
        replica.become(Role.SOURCE);
        flushWhatWasRead();
    }

    /**
     * A position file that says "source" names by its term the one before this server's own, which may come into the log
     * after a crash: only a term beyond that is another's.
     */
    private void flushNewTerm() throws IOException {
        if (replica.flushed().term() < replica.chain().term()) {
            replica.flushNow();
        }
    }

    /** One that gave the role up, or never had it, does not ask the ring. */
    static void requireRole(Replica replica, String server, Claim claim) throws NotOwnerException {
        if (claim instanceof Claim.Owner && replica.role() != Role.SOURCE) {
            throw new NotOwnerException("server " + server + " is a destination of mirror "
                    + replica.definition().mirror() + "; 'ringmirror promote' makes it the source");
        }
    }

    /**
     * A source flushes only when it goes on in another log. Where all others hold epochs that this replica has just read
     * and nobody else is behind, that log would wait for its flush, and its flush for that log.
     */
    private void flushWhatWasRead() {
        if (!replica.flushed().equals(replica.chain().position())) {
            replica.beginFlush();
        }
    }

    /** The ring has the last word: a server that was fenced while it was away, or ordered long ago, learns it here. */
    private void requireClaim() throws IOException, NotOwnerException {
        Position end = replica.chain().position();
        UUID owner = replica.ownerAt(end);
        Optional<String> reason = claim instanceof Claim.Ordered order
                ? reasonAgainst(order, owner, end)
                : reasonAgainst((Claim.Owner) claim, owner, end.term());
        if (reason.isPresent()) {
            if (!owner.equals(replica.replicaId()) && end.term() > knownTerm) {
                replica.become(Role.DESTINATION);
            }
            throw new NotOwnerException(reason.get() + "; this server stays a destination");
        }
    }

    private Optional<String> reasonAgainst(Claim.Owner last, UUID owner, long term) {
        boolean holds =
                owner.equals(replica.replicaId()) && term <= last.lastTerm().orElse(Long.MAX_VALUE);
        return holds
                ? Optional.empty()
                : Optional.of("mirror " + definition.mirror() + " is owned by server " + nameOf(owner) + " since term "
                        + term);
    }

    /** An order deposes nobody but the source it was given against, and that not late, however it was delayed. */
    private Optional<String> reasonAgainst(Claim.Ordered order, UUID owner, Position end) {
        if (order.expectedTerm().orElse(end.term()) != end.term()) {
            return Optional.of("the order was given in term "
                    + order.expectedTerm().getAsLong() + " of mirror " + definition.mirror()
                    + ", which is in term " + end.term() + " of server " + nameOf(owner) + " now");
        }
        if (end.timeMs() > order.deadlineMs()) {
            return Optional.of("the order's time to live was over " + (end.timeMs() - order.deadlineMs())
                    + " ms before the newest record of mirror " + definition.mirror());
        }
        return Optional.empty();
    }

    private String nameOf(UUID owner) {
        return definition.replicas().stream()
                .filter(candidate -> candidate.replicaId().equals(owner))
                .map(Definition.Replica::server)
                .findFirst()
                .orElse("a replica that is not registered, " + owner);
    }
}
