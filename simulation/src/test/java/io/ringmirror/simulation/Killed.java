package io.ringmirror.simulation;

/**
 * Thrown out of every port of a process that was killed, so that its code comes to an end wherever it stands. What the
 * code does on the way out reaches nothing any more.
 */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("the process was killed", null, false, false);
    }
}
