package io.ringmirror.replica;

import io.ringmirror.replica.store.Position;
import java.util.Optional;
import java.util.UUID;

/** What a chain has reached, wherever it stands: equal for two chains that took the same records. */
record Reached(long term, Optional<UUID> writer, Position.EpochProgress epoch, long sequence) {
    static Reached by(Chain chain) {
        Position position = chain.position();
        return new Reached(position.term(), position.writer(), position.epoch(), position.sequence());
    }

    /** The same without whose reign it is: a TermBegin of a forged term cannot be told from a true one. */
    Reached content() {
        return new Reached(0, Optional.empty(), epoch, sequence);
    }
}
