package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Folds each event that counts into its mirror's status and answers when that changed. An event of a mirror that is
 * not defined, or of a replica that is not registered, is counted and changes nothing: nothing is released by it.
 * Called by the task's thread.
 */
final class EventProcessor extends ContextualProcessor<String, Event, String, MirrorStatus> {
    private KeyValueStore<String, Definition> definitions;
    private KeyValueStore<String, MirrorStatus> statuses;
    private RefusedEvents refused;

    @Override
    public void init(ProcessorContext<String, MirrorStatus> context) {
        super.init(context);
        definitions = context.getStateStore(TrackerTopology.DEFINITIONS_STORE);
        statuses = context.getStateStore(TrackerTopology.STATUSES_STORE);
        refused = new RefusedEvents(context);
    }

    @Override
    public void process(Record<String, Event> told) {
        Optional<Definition> definition = Optional.ofNullable(definitions.get(told.key()));
        Optional<String> refusal = refusal(definition, told.value());
        if (refusal.isPresent()) {
            refused.add(told.key(), refusal.get());
            return;
        }
        MirrorStatus before = statuses.get(told.key());
        MirrorStatus status =
                MirrorFold.next(definition.orElseThrow(), Optional.ofNullable(before), told.value(), told.timestamp());
        if (!status.equals(before)) {
            statuses.put(told.key(), status);
            context().forward(told.withValue(status));
        }
    }

    @Override
    public void close() {
        refused.close();
    }

    private static Optional<String> refusal(Optional<Definition> definition, Event event) {
        if (event == null) {
            return Optional.of("it is empty");
        }
        return definition
                .map(known -> MirrorFold.refusal(known, event))
                .orElseGet(() -> Optional.of("no mirror of this name is defined"));
    }
}
