package io.ringmirror.streams;

import java.time.Duration;

/**
 * The log's clock as far as a tracker can know it: that of the newest record, going on with the tracker's own clock while
 * none comes. It never goes back, and a tracker that was paused, or whose clock was set, adds two rounds at the most: it
 * does not take its own absence for the silence of others. The task's thread.
 */
final class LogClock {
    private final long mostPerRoundMs;
    private long nowMs;
    private long wallMs;
    private boolean looked;

    /** @param latestMs the latest that is known from before, 0 if nothing is */
    LogClock(long latestMs, Duration round) {
        this.nowMs = latestMs;
        this.mostPerRoundMs = 2 * round.toMillis();
    }

    long nowMs() {
        return nowMs;
    }

    /** A record came that has this time. */
    void heard(long timeMs) {
        nowMs = Math.max(nowMs, timeMs);
    }

    /** A round began at this time of the tracker's own clock. */
    void passed(long atMs) {
        if (looked && nowMs > 0) {
            nowMs += Math.max(0, Math.min(mostPerRoundMs, atMs - wallMs));
        }
        looked = true;
        wallMs = atMs;
    }
}
