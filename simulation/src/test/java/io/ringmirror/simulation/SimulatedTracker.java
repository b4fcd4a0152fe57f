package io.ringmirror.simulation;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.streams.MirrorFold;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tracker of a mirror, around the real fold: it lags, stands still, and is built anew from all there ever was. */
final class SimulatedTracker {
    private final World world;
    private final SimulatedMirror mirror;
    private final List<MirrorStatus> statuses = new ArrayList<>();
    private Optional<MirrorStatus> state;
    private SimulatedDefinitions.Reader definitions;
    private int read;
    private long downUntilNs;

    SimulatedTracker(World world, SimulatedMirror mirror) {
        this.world = world;
        this.mirror = mirror;
        this.definitions = mirror.definitions().reader();
        this.state = Optional.of(MirrorFold.redefined(definitions.known(), Optional.empty()));
    }

    void act() {
        if (!world.calm() && world.nowNs() < downUntilNs) {
            return;
        }
        if (definitions.next()) {
            know(MirrorFold.redefined(definitions.known(), state));
        }
        List<EventTopic.Stated> stated = mirror.events().stated();
        int upTo = world.calm()
                ? stated.size()
                : Math.min(stated.size(), read + world.chance().between(1, 30));
        for (; read < upTo; read++) {
            EventTopic.Stated next = stated.get(read);
            know(MirrorFold.next(definitions.known(), state, next.event(), Math.max(1, next.timeMs())));
        }
        if (world.chance().oneIn(10)) {
            know(MirrorFold.later(definitions.known(), state.orElseThrow(), world.nowMs()));
        }
    }

    private void know(MirrorStatus status) {
        if (!Optional.of(status).equals(state)) {
            state = Optional.of(status);
            statuses.add(status);
            mirror.invariants().told(status);
        }
    }

    /** It is down for a while. */
    void stop(long ns) {
        world.note("%s: the tracker is down", mirror.name());
        downUntilNs = world.nowNs() + ns;
    }

    /** Its memory is lost: it begins with the first event again. */
    void rebuild() {
        world.note("%s: the tracker is built anew", mirror.name());
        definitions = mirror.definitions().reader();
        state = Optional.of(MirrorFold.redefined(definitions.known(), Optional.empty()));
        read = 0;
    }

    List<MirrorStatus> statuses() {
        return statuses;
    }

    /** Which definition its last status reckons with. */
    long generation() {
        return state.map(MirrorStatus::generation).orElse(0L);
    }

    long releasedEpoch() {
        return state.map(MirrorStatus::releasedEpoch).orElse(0L);
    }

    /** Whether it says that replicas differ. */
    boolean saysDiverged() {
        return state.map(status -> status.divergedEpoch() > 0).orElse(false);
    }

    String reason() {
        return state.map(status -> status.verdict() + " " + status.reason()).orElse("none");
    }
}
