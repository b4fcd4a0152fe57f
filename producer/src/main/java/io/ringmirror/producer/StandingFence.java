package io.ringmirror.producer;

import io.ringmirror.schemas.Definition;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the fence that a server took is the mirror's still. Brokers refuse the writer before one under its own
 * transactional id alone; when a stuck fence was made anew ({@link Definition.Fence}), a server that had not heard of it
 * would fence nobody. So the definition is read again once the fence is taken and before anything is appended: whoever
 * finds its own there was fenced in before the next one was announced, and is ended before that one stands.
 *
 * @param taken the definition by which the fence was taken
 * @param now reads the definition as it is in the log; blocks
 */
record StandingFence(Definition taken, Supplier<Optional<Definition>> now) {
    /** @throws FenceException if the fence is being made anew, so that nobody takes it */
    void requireStanding() {
        if (taken.fence().closing()) {
            throw new FenceException("the fence of mirror " + taken.mirror()
                    + " is being made anew; if nobody is about it, run 'ringmirror refence " + taken.mirror()
                    + " --execute' again");
        }
    }

    /** @throws FenceException if the fence was, or is being, made anew */
    void requireUnchanged() {
        boolean changed = now.get()
                .filter(definition -> definition.mirrorId().equals(taken.mirrorId()))
                .filter(definition -> !definition.fence().equals(taken.fence()))
                .isPresent();
        if (changed) {
            throw new FenceException("the fence of mirror " + taken.mirror()
                    + " was made anew while this server took the role; it is taken again by the new one");
        }
    }
}
