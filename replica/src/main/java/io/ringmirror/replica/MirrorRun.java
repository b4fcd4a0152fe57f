package io.ringmirror.replica;

import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Fact;
import java.util.concurrent.CompletableFuture;

/** A mirror as it runs on a server, in whichever role: what can be told to it and learnt of it. Any thread. */
public interface MirrorRun extends AutoCloseable {
    /** Gives the owner an order. */
    void order(Action action);

    /** Has the owner state something. */
    void tell(Fact fact);

    /** How far it was at its last beat: all up to there was in the ring. */
    Position shown();

    /** Ends it now, unflushed: somebody else has found that it cannot go on. Clients, if it has any, are refused. */
    void fail(Exception why);

    /** Completes when the owner's thread has ended: normally after {@link #close}, else with why it could not go on. */
    CompletableFuture<Void> ended();

    /** Finishes and flushes what it can within a bound, and ends. Idempotent. */
    @Override
    void close();
}
