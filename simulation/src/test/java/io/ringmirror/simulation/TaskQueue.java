package io.ringmirror.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A pool of threads of one process: what it was given runs one by one when its turn comes, in any order. */
final class TaskQueue implements Executor {
    private final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    void runOne(Chance chance) {
        if (!tasks.isEmpty()) {
            tasks.remove(chance.below(tasks.size())).run();
        }
    }
}
