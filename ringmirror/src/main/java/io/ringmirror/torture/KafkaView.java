package io.ringmirror.torture;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/** What the torture asks of the cluster itself, and how it leaves it. Any thread. */
final class KafkaView implements AutoCloseable {
    private static final long CALL_BOUND_S = 20;
    private static final long LOOK_AGAIN_MS = 250;

    private final Admin admin;

    KafkaView(Map<String, Object> client) {
        this.admin = Admin.create(client);
    }

    /** Waits until every replica of every topic is in sync; false if that does not come within the bound. */
    boolean awaitInSync(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (System.nanoTime() < deadline) {
            if (isInSync()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        return false;
    }

    /** Deletes all topics and groups that begin with the prefix; what cannot be deleted is left, and named. */
    List<String> deleteAll(String prefix) throws InterruptedException {
        try {
            List<String> topics = starting(prefix, get(admin.listTopics().names()));
            get(admin.deleteTopics(topics).all());
            Collection<GroupListing> groups = get(admin.listGroups().all());
            List<String> ids =
                    starting(prefix, groups.stream().map(GroupListing::groupId).toList());
            get(admin.deleteConsumerGroups(ids).all());
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            return List.of(prefix + "*: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(CALL_BOUND_S));
    }

    private boolean isInSync() throws InterruptedException {
        try {
            Collection<String> names = get(
                    admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
            Collection<TopicDescription> topics =
                    get(admin.describeTopics(names).allTopicNames()).values();
            return topics.stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static List<String> starting(String prefix, Collection<String> names) {
        return names.stream().filter(name -> name.startsWith(prefix)).toList();
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(CALL_BOUND_S, TimeUnit.SECONDS);
    }
}
