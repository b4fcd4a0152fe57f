package io.ringmirror.demo;

import io.ringmirror.client.NbdClient;
import java.io.IOException;

/** What is written in a demo, in rounds; after each of them the source is told to flush. One thread. */
interface DemoWork {
    int ROUNDS = 20;

    /** Tells how far it has come. */
    @FunctionalInterface
    interface Watch {
        void at(double done);
    }

    /** Writes one round, and waits until all of it is acknowledged. */
    void round(int number, NbdClient client, Watch watch) throws IOException, InterruptedException;

    /** Requests so far that changed the volume. */
    long writes();

    /** Payload of those that carried any. */
    long bytes();
}
