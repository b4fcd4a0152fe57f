package io.ringmirror.cli;

import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.config.Settings;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.streams.Tracker;
import io.ringmirror.streams.TrackerHealth;
import io.ringmirror.streams.TrackerSettings;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code ringmirror tracker}. */
@Command(
        name = "tracker",
        description = "Follows who has flushed what and says which logs may be given back. Runs until it is told to"
                + " stop.")
final class TrackerCommand extends ServiceCommand {
    @Override
    ExitCode run(RingMirrorConfig config, Service service) throws Exception {
        TrackerSettings settings = Settings.tracker(config);
        try (MirrorSerdes serdes = MirrorSerdes.configured(config.serdeProperties())) {
            return service.run(
                    () -> {
                        Tracker tracker = Tracker.start(settings, serdes);
                        tracker.httpAddress()
                                .ifPresent(address -> say("tracker is started: http://" + address.getHostString() + ":"
                                        + address.getPort() + "/api/v1/status"));
                        return tracker;
                    },
                    new Health());
        }
    }

    /** A tracker has started before it has taken up its memory; only then it is ready. */
    private static final class Health implements Service.Look<Tracker> {
        @Override
        public Optional<CommandException> failure(Tracker tracker) {
            return Optional.of(tracker.health())
                    .filter(TrackerHealth::ended)
                    .map(health ->
                            new CommandException(ExitCode.FAILED, "the tracker has stopped: " + health.reason()));
        }

        @Override
        public boolean ready(Tracker tracker) {
            return tracker.health().ready();
        }
    }
}
