package io.ringmirror.replica.store;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes the lock of a directory, says so, and keeps it until it ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        try (ReplicaLock lock = ReplicaLock.acquire(Path.of(args[0]), "other")) {
            System.out.println("held " + lock.file());
            int unused = System.in.read();
        }
    }
}
