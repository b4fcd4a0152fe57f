package io.ringmirror.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Notes what is to be deleted; each deletion ends when the test says so. */
public final class Eraser implements LogEraser {
    private final List<Deletion> deletions = new ArrayList<>();

    public record Deletion(int log, long beforeOffset, CompletableFuture<Void> end) {}

    @Override
    public CompletableFuture<Void> deleteBefore(int log, long offset) {
        Deletion deletion = new Deletion(log, offset, new CompletableFuture<>());
        deletions.add(deletion);
        return deletion.end();
    }

    public List<Deletion> deletions() {
        return deletions;
    }

    public Deletion last() {
        return deletions.get(deletions.size() - 1);
    }
}
