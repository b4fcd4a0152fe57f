package io.ringmirror.producer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** An executor whose tasks run when the test says so, on the test's thread. */
final class HandExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Tasks that wait to be run. */
    int waiting() {
        return tasks.size();
    }

    /** Runs what waits, and what comes of it; returns how many tasks that were. */
    int runAll() {
        int count = 0;
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
            count++;
        }
        return count;
    }
}
