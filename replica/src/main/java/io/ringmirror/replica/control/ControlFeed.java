package io.ringmirror.replica.control;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.Shown;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.OnceAWhile;
import io.ringmirror.schemas.serde.Unreadable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server's view of the definitions, the tracker's answers and the orders: one thread of its own reads the three
 * topics, committed records only, and hands on what is new. Brokers or a registry that refuse for a while are asked again
 * every second, at the same record. A status or an order that cannot be read is counted, named and passed over: a later
 * one stands for it. A definition that cannot be read ends the releases of its mirror here (fail closed) until one comes
 * that can be, while its writes go on.
 */
public final class ControlFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFeed.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long CLOSE_BOUND_MS = 10_000;

    private final TopicNames names;
    private final Consumer<String, byte[]> consumer;
    private final Deserializer<Definition> definitionReader;
    private final Deserializer<MirrorStatus> statusReader;
    private final Deserializer<Command> commandReader;
    private final Map<String, Definition> definitions = new ConcurrentHashMap<>();
    private final Map<String, MirrorStatus> statuses = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile RuntimeException failure;
    private final OnceAWhile unreadableLines = new OnceAWhile(System::nanoTime);
    private final LongAdder unreadable = new LongAdder();
    /** Mirrors whose latest definition cannot be read. */
    private final Set<String> distrusted = ConcurrentHashMap.newKeySet();

    private final LongAdder taken = new LongAdder();
    private boolean refused;
    /** Where it would read on there is nothing any more: orders that are too old, or topics made anew. */
    private boolean astray;

    /** Told what is new, on the feed's thread; must not block. Each call names the mirror. */
    public interface Listener {
        /** A definition was written or changed. */
        default void defined(Definition definition) {}

        /** A definition was deleted. */
        default void undefined(String mirror) {}

        /** The tracker answered. */
        default void status(MirrorStatus status) {}

        /**
         * Somebody ordered something.
         *
         * @param logTimeMs when the order came into the log, by the log's clock, milliseconds since the epoch
         */
        default void commanded(Command command, long logTimeMs) {}
    }

    private ControlFeed(
            TopicNames names,
            Consumer<String, byte[]> consumer,
            Deserializer<Definition> definitionReader,
            Deserializer<MirrorStatus> statusReader,
            Deserializer<Command> commandReader) {
        this.names = names;
        this.consumer = consumer;
        this.definitionReader = definitionReader;
        this.statusReader = statusReader;
        this.commandReader = commandReader;
        this.thread = new Thread(this::run, "control-feed");
    }

    /**
     * Makes the feed's consumer; nothing is read before {@link #start}.
     *
     * @param properties Kafka client properties, bootstrap.servers among them
     */
    public static ControlFeed open(TopicNames names, Map<String, Object> properties, MirrorSerdes serdes) {
        Map<String, Object> forced = new HashMap<>(properties);
        forced.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        forced.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        forced.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        forced.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        forced.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new ControlFeed(
                names,
                new KafkaConsumer<>(forced, new StringDeserializer(), new ByteArrayDeserializer()),
                serdes.definitions().deserializer(),
                serdes.statuses().deserializer(),
                serdes.commands().deserializer());
    }

    /** Begins to read; listeners added before miss nothing. */
    public void start() {
        thread.start();
    }

    /**
     * Waits until everything that was in the topics at the start has been read, however much that is.
     *
     * @param bound the longest that nothing comes
     * @throws KafkaException if nothing came for longer than the bound, or the feed failed; before it has caught up every
     *     failure is one
     */
    public void awaitCaughtUp(Duration bound) throws InterruptedException {
        long before = taken.sum();
        boolean done = caughtUp.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        while (!done && taken.sum() != before) {
            before = taken.sum();
            done = caughtUp.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (failure != null) {
            throw failure;
        }
        if (!done) {
            throw new TimeoutException("the control topics under '" + names.prefix() + "' could not be read within "
                    + bound.toMillis() + " ms");
        }
    }

    public void addListener(Listener listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /** The definitions as last read, by mirror: a copy, for any thread. */
    public Map<String, Definition> definitions() {
        return Map.copyOf(definitions);
    }

    /** The tracker's last answer about a mirror; any thread. */
    public Optional<MirrorStatus> status(String mirror) {
        return Optional.ofNullable(statuses.get(mirror));
    }

    /** How many records could not be read and were passed over; any thread. */
    public long unreadable() {
        return unreadable.sum();
    }

    /** Why the feed stopped, if it did; any thread. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closing.countDown();
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        consumer.wakeup();
        boolean interrupted = false;
        try {
            thread.join(CLOSE_BOUND_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            ControlTopics topics = ControlTopics.assign(consumer, names);
            while (closing.getCount() > 0) {
                takeNext();
                if (caughtUp.getCount() > 0 && topics.passed(consumer)) {
                    caughtUp.countDown();
                }
            }
        } catch (WakeupException e) {
            LOG.debug("control feed closed");
        } catch (RuntimeException e) {
            failure = e;
            LOG.error("control feed stopped, nothing more is released here until a restart: {}", e.getMessage(), e);
        } finally {
            caughtUp.countDown();
        }
    }

    private void takeNext() {
        try {
            if (astray) {
                ControlTopics.assign(consumer, names);
                astray = false;
            }
            takeAll(consumer.poll(POLL));
            if (refused) {
                LOG.info("control feed goes on");
                refused = false;
            }
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            if (caughtUp.getCount() > 0) {
                throw e;
            }
            astray |= e instanceof InvalidOffsetException;
            pause(e);
        }
    }

    private void pause(KafkaException why) {
        if (!refused) {
            LOG.warn("control feed waits, nothing is released here until it goes on: {}", why.getMessage(), why);
            refused = true;
        }
        try {
            boolean unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Takes them all, or goes back to the first that was not taken. */
    private void takeAll(ConsumerRecords<String, byte[]> records) {
        Map<TopicPartition, Long> next = new HashMap<>();
        records.partitions()
                .forEach(partition ->
                        next.put(partition, records.records(partition).get(0).offset()));
        try {
            for (ConsumerRecord<String, byte[]> record : records) {
                take(record);
                next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                taken.increment();
            }
        } catch (KafkaException e) {
            next.forEach(consumer::seek);
            throw e;
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            passOver(record, "it has no key");
        } else if (record.topic().equals(names.definitions())) {
            takeDefinition(record);
        } else if (record.topic().equals(names.status())) {
            takeStatus(record);
        } else if (record.value() != null) {
            read(commandReader, Command::mirror, record)
                    .ifPresent(
                            command -> listeners.forEach(listener -> listener.commanded(command, record.timestamp())));
        }
    }

    /** Empty where it cannot be read, or is of another mirror than its key says. */
    private <T> Optional<T> read(
            Deserializer<T> reader, Function<T, String> mirror, ConsumerRecord<String, byte[]> record) {
        try {
            T read = reader.deserialize(record.topic(), record.value());
            if (mirror.apply(read).equals(record.key())) {
                return Optional.of(read);
            }
            passOver(record, "it is of mirror '" + mirror.apply(read) + "'");
            return Optional.empty();
        } catch (RuntimeException e) {
            if (Unreadable.mayBeReadLater(e)) {
                throw e;
            }
            passOver(record, e.getMessage());
            return Optional.empty();
        }
    }

    private void passOver(ConsumerRecord<String, byte[]> record, String why) {
        unreadable.increment();
        unreadableLines
                .line(
                        record.topic(),
                        "mirror=" + Shown.of(String.valueOf(record.key())) + " passed over: "
                                + Unreadable.at(record.topic(), record.partition(), record.offset(), why))
                .ifPresent(LOG::warn);
    }

    private void takeDefinition(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            distrusted.remove(record.key());
            definitions.remove(record.key());
            listeners.forEach(listener -> listener.undefined(record.key()));
            return;
        }
        Optional<Definition> read = read(definitionReader, Definition::mirror, record);
        if (read.isEmpty()) {
            distrust(record.key());
            return;
        }
        Definition definition = read.get();
        Definition known = definitions.get(record.key());
        if (known != null && !definition.replaces(known)) {
            LOG.warn(
                    "mirror={} a second definition of generation {} is passed over: the first one stands",
                    record.key(),
                    definition.generation());
            return;
        }
        distrusted.remove(record.key());
        definitions.put(record.key(), definition);
        listeners.forEach(listener -> listener.defined(definition));
    }

    /** What runs goes on with the definition that it has; nothing is released by it, and nothing begins. */
    private void distrust(String mirror) {
        distrusted.add(mirror);
        definitions.remove(mirror);
        statuses.remove(mirror);
        LOG.error(
                "mirror={} its definition cannot be read: nothing of it is released here until one comes that can",
                Shown.of(mirror));
    }

    private void takeStatus(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            statuses.remove(record.key());
            return;
        }
        read(statusReader, MirrorStatus::mirror, record)
                .filter(status -> !distrusted.contains(record.key()))
                .ifPresent(status -> {
                    statuses.put(record.key(), status);
                    listeners.forEach(listener -> listener.status(status));
                });
    }
}
