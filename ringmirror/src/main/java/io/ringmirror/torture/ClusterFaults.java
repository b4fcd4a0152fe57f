package io.ringmirror.torture;

import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Child;
import io.ringmirror.torture.Tally.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Does to brokers and tracker what the plan says. A broker is back in sync with all its partitions before the next is
 * touched: two of three away at a time would be an outage, not a fault to survive without waiting. One thread.
 */
final class ClusterFaults {
    private static final Duration IN_SYNC_BOUND = Duration.ofMinutes(2);

    private final Stage stage;
    private final Optional<Brokers> brokers;
    private final KafkaView kafka;

    ClusterFaults(Stage stage, Optional<Brokers> brokers, KafkaView kafka) {
        this.stage = stage;
        this.brokers = brokers;
        this.kafka = kafka;
    }

    void run(Fault fault) throws IOException, InterruptedException {
        stage.say()
                .accept(fault.kind() + " " + (fault.choose(TortureSite.BROKERS) + 1) + " for " + fault.lengthMs()
                        + " ms");
        switch (fault.kind()) {
            case KILL_TRACKER -> killTracker(fault);
            case KILL_BROKER -> killBroker(brokers.orElseThrow(), fault);
            case PAUSE_BROKER -> pauseBroker(brokers.orElseThrow(), fault);
            default -> throw new IllegalArgumentException(fault.kind() + " is no fault of the cluster");
        }
    }

    private void killTracker(Fault fault) throws IOException, InterruptedException {
        Child tracker = stage.servers().tracker();
        tracker.kill();
        stage.tally().add(Event.TRACKER_KILL);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        stage.servers().restart(tracker);
    }

    private void killBroker(Brokers own, Fault fault) throws IOException, InterruptedException {
        int index = fault.choose(own.count());
        own.broker(index).kill();
        stage.tally().add(Event.BROKER_KILL);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        own.restart(index);
        requireInSync();
    }

    private void pauseBroker(Brokers own, Fault fault) throws IOException, InterruptedException {
        Child broker = own.broker(fault.choose(own.count()));
        broker.pause();
        stage.tally().add(Event.BROKER_PAUSE);
        TimeUnit.MILLISECONDS.sleep(2 * fault.lengthMs());
        broker.goOn();
        requireInSync();
    }

    private void requireInSync() throws IOException, InterruptedException {
        if (!kafka.awaitInSync(IN_SYNC_BOUND)) {
            throw new IOException("the brokers are not in sync again within " + IN_SYNC_BOUND.toSeconds() + " s");
        }
    }
}
