package io.ringmirror.demo;

import io.ringmirror.client.NbdClient;
import java.io.IOException;

/** What is written in a demo, in rounds; after each of them the source is told to flush. One thread. */
interface DemoWork {
    int ROUNDS = 20;

    /** Tells how far a round has come, from 0 to 1. */
    @FunctionalInterface
    interface Watch {
        void at(double doneOfRound);
    }

    /** How far the whole has come when a round has come so far: it never goes back, however long a flush took. */
    static double done(int round, double doneOfRound) {
        return (round + Math.min(1, Math.max(0, doneOfRound))) / ROUNDS;
    }

    /** Writes one round, and waits until all of it is acknowledged. */
    void round(int number, NbdClient client, Watch watch) throws IOException, InterruptedException;

    /** Requests so far that changed the volume. */
    long writes();

    /** Payload of those that carried any. */
    long bytes();
}
