package io.ringmirror.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Notes what is to be deleted; each deletion ends when the test says so. */
final class Eraser implements LogEraser {
    private final List<Deletion> deletions = new ArrayList<>();

    record Deletion(int log, long beforeOffset, CompletableFuture<Void> end) {}

    @Override
    public CompletableFuture<Void> deleteBefore(int log, long offset) {
        Deletion deletion = new Deletion(log, offset, new CompletableFuture<>());
        deletions.add(deletion);
        return deletion.end();
    }

    List<Deletion> deletions() {
        return deletions;
    }

    Deletion last() {
        return deletions.get(deletions.size() - 1);
    }
}
