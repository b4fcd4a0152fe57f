package io.ringmirror.server;

import io.ringmirror.replica.Opened;
import io.ringmirror.replica.control.ControlFeed;
import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicCheck;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a server has of one cluster: its clients there, the feed of definitions, status and commands, and the mirrors that
 * it hosts. Any thread.
 */
final class ClusterPart {
    private final MirrorTable mirrors;

    private ClusterPart(MirrorTable mirrors) {
        this.mirrors = mirrors;
    }

    /**
     * Checks the cluster, opens the clients, hosts the mirrors that are defined now, and from here on those that will be.
     *
     * @param disconnect ends the connections of an export, for the reason given
     * @param opened closes what this opens
     */
    static ClusterPart start(
            ServerSettings settings,
            ClusterSettings cluster,
            MirrorSerdes serdes,
            ExportTable exports,
            BiConsumer<String, String> disconnect,
            Opened opened)
            throws IOException, InterruptedException {
        TopicAdmin admin = opened.add(TopicAdmin.open(cluster.adminProperties(), settings.kafkaTimeout()));
        admin.requireSafe(new TopicCheck(settings.topics()), List.of());
        EventPublisher events = opened.add(EventPublisher.open(
                settings.topics(),
                cluster.producerProperties(),
                serdes.events().serializer(),
                settings.kafkaTimeout()));
        ControlFeed feed = opened.add(ControlFeed.open(settings.topics(), cluster.consumerProperties(), serdes));
        MirrorTable mirrors = opened.add(new MirrorTable(
                settings,
                cluster,
                new MirrorStarter(settings, cluster, serdes, admin, events),
                new StandstillFacts(settings, events),
                feed::status,
                exports,
                disconnect));
        opened.add(new RingWatch(admin::topicIds, admin::logEnds, mirrors::all)).start();
        feed.addListener(mirrors);
        feed.start();
        feed.awaitCaughtUp(settings.kafkaTimeout());
        mirrors.startDefined(feed::definitions);
        return new ClusterPart(mirrors);
    }

    MirrorTable mirrors() {
        return mirrors;
    }
}
