package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The end of a torture, when everything runs again: the clients finish, all replicas are brought level, everything is
 * read back, the servers are stopped, and the replicas are compared. One thread.
 */
final class Ending {
    private static final Duration FINISH_BOUND = Duration.ofMinutes(2);
    private static final Duration LEVEL_BOUND = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_MS = 250;
    private static final int LOOKS_PER_FLUSH = 16;

    private final Stage stage;

    Ending(Stage stage) {
        this.stage = stage;
    }

    /** Does all of it; false if it did not come to comparing, which is then among the violations. */
    boolean run(boolean corrupt) throws IOException, InterruptedException {
        stage.say().accept("faults are over; bringing all replicas level");
        boolean level = true;
        for (TortureMirror mirror : stage.mirrors()) {
            level &= finish(mirror) && bringLevel(mirror) && readBack(mirror);
        }
        if (!level) {
            return false;
        }
        if (!stage.servers().stop()) {
            stuck("a server did not stop when it was told to");
        }
        stage.say().accept("comparing");
        EndCheck check = new EndCheck(stage.mirrors(), stage.servers()::replica, stage.violations());
        if (corrupt) {
            check.corrupt();
        }
        check.check();
        return true;
    }

    private boolean finish(TortureMirror mirror) throws InterruptedException {
        return stage.writers().get(mirror.name()).finish(FINISH_BOUND.toMillis())
                || stuck("writes to mirror " + mirror.name() + " were not answered at the end");
    }

    /** All replicas are flushed to the last record of the ring, and the tracker says so, too. */
    private boolean bringLevel(TortureMirror mirror) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LEVEL_BOUND.toNanos();
        for (int look = 0; System.nanoTime() < deadline; look++) {
            if (look % LOOKS_PER_FLUSH == 0) {
                stage.control().run("flush", mirror.name());
            }
            OptionalLong level = stage.level(mirror);
            if (level.isPresent() && level.getAsLong() == mirror.history().sequence()) {
                return stage.control().run("wait", mirror.name(), "--in-sync", "--timeout", "60s")
                        || stuck("the tracker does not say that mirror " + mirror.name() + " is in sync");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        return stuck("replicas of mirror " + mirror.name() + " did not come level with sequence "
                + mirror.history().sequence());
    }

    private boolean readBack(TortureMirror mirror) throws InterruptedException {
        long deadline = System.nanoTime() + FINISH_BOUND.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Session> session = Writer.find(mirror, stage.servers().addresses());
            if (session.isPresent()) {
                try (Session open = session.get()) {
                    if (Writer.readBack(open)) {
                        return true;
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        return stuck("mirror " + mirror.name() + " could not be read at the end");
    }

    private boolean stuck(String what) {
        stage.violations().add(Kind.STUCK, what);
        return false;
    }
}
