package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Definition;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * One change of a mirror's definition, from taking it in hand to {@link #close}. Definitions are written under a
 * transactional id for each mirror, after all that is there was read: so of two changes made at once one stands, the other
 * one is told, and one whose command died in between holds up nobody. One thread.
 */
public final class DefinitionChange implements AutoCloseable {
    private final String mirror;
    private final FencedKey<Definition> key;

    DefinitionChange(String mirror, FencedKey<Definition> key) {
        this.mirror = mirror;
        this.key = key;
    }

    /**
     * Makes sure that there is no mirror of this name.
     *
     * @throws DefinitionConflictException if there is one
     */
    public void requireNone() {
        refuse(key.latest().map(DefinitionConflict::exists));
    }

    /**
     * Puts a definition in the place of the one that it was made from: generation 1 where there is none, each later one in
     * the place of the generation before; it is in the log when this returns.
     *
     * @throws DefinitionConflictException if something else is there, or is being put there
     */
    public void put(Definition definition) {
        refuse(DefinitionConflict.with(definition, key.latest()));
        write(definition);
    }

    /**
     * Forgets a mirror as it was last seen; nothing if there is none any more.
     *
     * @throws DefinitionConflictException if it was changed since, or is being changed
     */
    public void delete(Definition seen) {
        Optional<ConsumerRecord<String, Definition>> there = key.latest();
        refuse(there.filter(found -> !found.value().equals(seen))
                .map(found -> DefinitionConflict.changed(seen, found)));
        if (there.isPresent()) {
            write(null);
        }
    }

    @Override
    public void close() {
        key.close();
    }

    private void write(Definition next) {
        try {
            key.write(next, DefinitionConflict.signature());
        } catch (ProducerFencedException e) {
            throw new DefinitionConflictException(DefinitionConflict.overtaken(mirror));
        }
    }

    private static void refuse(Optional<String> conflict) {
        conflict.ifPresent(why -> {
            throw new DefinitionConflictException(why);
        });
    }
}
