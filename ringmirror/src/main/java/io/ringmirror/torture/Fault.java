package io.ringmirror.torture;

/**
 * One fault of the plan: what happens, to what, for how long. Which server or mirror is meant is a number that the
 * moment's roles turn into one, so that a plan does not depend on what came before.
 *
 * @param beforeMs time to let pass before it
 * @param kind what happens
 * @param target chooses the mirror, server or broker
 * @param lengthMs how long what was killed stays away, or what was stopped stays stopped
 */
record Fault(long beforeMs, Kind kind, int target, long lengthMs) {
    /** What can happen. */
    enum Kind {
        /** Some mirror's source is killed. */
        KILL_SOURCE,
        /** One of some mirror's destinations is killed. */
        KILL_DESTINATION,
        /** All servers are killed at the same time. */
        KILL_ALL,
        /** Some server is stopped and continued. */
        PAUSE_SERVER,
        /** Some mirror's destinations hold their flushes, until its ring is at its bound. */
        HOLD_FLUSH,
        /** Some mirror is handed over from its living source to a destination. */
        HANDOVER,
        /** Some mirror's source is killed and a destination takes its place before it is started again. */
        TAKE_OVER_DEAD,
        /** Some mirror's source is stopped, a destination takes its place, and it is continued: a zombie. */
        TAKE_OVER_STOPPED,
        /** Some server is cut off from the brokers, and not from its clients. */
        CUT_OFF,
        /** Some mirror's source is cut off from the brokers, a destination takes its place, and clients stay. */
        TAKE_OVER_CUT_OFF,
        KILL_TRACKER,
        KILL_BROKER,
        PAUSE_BROKER
    }

    /** The one of so many that is meant. */
    int choose(int count) {
        return Math.floorMod(target, count);
    }
}
