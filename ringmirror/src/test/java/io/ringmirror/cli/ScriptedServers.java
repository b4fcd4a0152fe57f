package io.ringmirror.cli;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The servers of a mirror as far as commands know them: note what they are told, and say what a test has them say. */
final class ScriptedServers implements AutoCloseable {
    private static final TopicNames TOPICS = new TopicNames(TopicNames.DEFAULT_PREFIX);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Definition definition;
    private final Function<Command, List<Event>> script;
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private final KafkaConsumer<String, Command> commands;
    private final KafkaProducer<String, Event> events;
    private final List<Command> told = new CopyOnWriteArrayList<>();
    private CompletableFuture<Void> running;
    private volatile boolean closed;

    private ScriptedServers(Map<String, Object> client, Definition definition, Function<Command, List<Event>> script) {
        this.definition = definition;
        this.script = script;
        this.commands = new KafkaConsumer<>(
                client, new StringDeserializer(), serdes.commands().deserializer());
        this.events = new KafkaProducer<>(
                client, new StringSerializer(), serdes.events().serializer());
    }

    /** Hears everything from now on. */
    static ScriptedServers of(
            Map<String, Object> client, Definition definition, Function<Command, List<Event>> script) {
        ScriptedServers servers = new ScriptedServers(client, definition, script);
        Set<TopicPartition> all = Set.of(new TopicPartition(TOPICS.commands(), 0));
        servers.commands.assign(all);
        servers.commands.seekToEnd(all);
        all.forEach(servers.commands::position);
        servers.running = CompletableFuture.runAsync(servers::run);
        return servers;
    }

    /** What they were told, in order. */
    List<Command> told() {
        return List.copyOf(told);
    }

    static Event says(Definition definition, String server, Role role, long term, Fact fact) {
        return says(definition, server, role, term, fact, 0);
    }

    /** @param appliedSequence of as many milliseconds after 1970 */
    static Event says(Definition definition, String server, Role role, long term, Fact fact, long appliedSequence) {
        ReplicaState state =
                new ReplicaState(role, 0, 0, 0, 0, 0, appliedSequence, appliedSequence, 0, 0, 0, List.of());
        return new Event(
                definition.mirrorId(),
                definition.mirror(),
                server,
                definition.replicaOf(server).orElseThrow().replicaId(),
                term,
                0,
                fact,
                state);
    }

    @Override
    public void close() {
        closed = true;
        running.join();
        events.close();
        serdes.close();
    }

    private void run() {
        try (commands) {
            while (!closed) {
                commands.poll(POLL).forEach(record -> {
                    if (record.key().equals(definition.mirror())) {
                        told.add(record.value());
                        script.apply(record.value()).forEach(this::say);
                    }
                });
            }
        }
    }

    private void say(Event event) {
        Future<?> unused = events.send(new ProducerRecord<>(TOPICS.events(), event.mirror(), event));
    }
}
