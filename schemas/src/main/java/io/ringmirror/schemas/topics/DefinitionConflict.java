package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Definition;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** What is said to whoever was second with a mirror's definition: who was first, when, and what stands there now. */
final class DefinitionConflict {
    /** Header of a definition's record: who wrote it, for people. */
    private static final String WRITER = "writer";

    private DefinitionConflict() {}

    /** Why {@code next} cannot take its place, if something else than the generation before it is there. */
    static Optional<String> with(Definition next, Optional<ConsumerRecord<String, Definition>> there) {
        if (next.generation() == 1) {
            return there.map(DefinitionConflict::exists);
        }
        if (there.isEmpty()) {
            return Optional.of(
                    "mirror '" + next.mirror() + "' was deleted meanwhile; nothing was done. " + lookAgain("list"));
        }
        Definition found = there.get().value();
        boolean follows = found.mirrorId().equals(next.mirrorId()) && found.generation() + 1 == next.generation();
        return follows ? Optional.empty() : Optional.of(changed(next, there.get()));
    }

    static String exists(ConsumerRecord<String, Definition> there) {
        return "there is a mirror '" + there.key() + "', with id "
                + there.value().mirrorId() + ", written " + byWhom(there);
    }

    static String changed(Definition mine, ConsumerRecord<String, Definition> there) {
        Definition found = there.value();
        String how = found.mirrorId().equals(mine.mirrorId())
                ? "was changed meanwhile, " + byWhom(there) + ": it has generation " + found.generation()
                        + " now, with replicas on "
                        + found.replicas().stream()
                                .map(Definition.Replica::server)
                                .collect(Collectors.joining(", "))
                : "was deleted and made anew meanwhile, " + byWhom(there) + ": it has id " + found.mirrorId() + " now";
        return "mirror '" + mine.mirror() + "' " + how + ". Nothing was done; "
                + lookAgain("describe " + mine.mirror());
    }

    static String overtaken(String mirror) {
        return "mirror '" + mirror + "' is being changed by another command at this moment. Nothing was done; "
                + lookAgain("describe " + mirror);
    }

    /** Says in a record who wrote it. */
    static Header signature() {
        String writer = System.getProperty("user.name") + " on " + host();
        return new RecordHeader(WRITER, writer.getBytes(StandardCharsets.UTF_8));
    }

    private static String byWhom(ConsumerRecord<String, Definition> record) {
        Header writer = record.headers().lastHeader(WRITER);
        String who = writer == null ? "" : " by " + new String(writer.value(), StandardCharsets.UTF_8);
        return "at " + Instant.ofEpochMilli(record.timestamp()) + who;
    }

    private static String lookAgain(String command) {
        return "see 'ringmirror " + command + "', and try again if it is still wanted";
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "an unknown host";
        }
    }
}
