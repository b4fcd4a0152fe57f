package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the definitions and answers a changed one with the status that reckons with it; of two of one generation the
 * first one stands. A deleted mirror's status is deleted too. Called by the task's thread.
 */
final class DefinitionProcessor extends ContextualProcessor<String, Definition, String, MirrorStatus> {
    private KeyValueStore<String, Definition> definitions;
    private KeyValueStore<String, MirrorStatus> statuses;

    @Override
    public void init(ProcessorContext<String, MirrorStatus> context) {
        super.init(context);
        definitions = context.getStateStore(TrackerTopology.DEFINITIONS_STORE);
        statuses = context.getStateStore(TrackerTopology.STATUSES_STORE);
    }

    @Override
    public void process(Record<String, Definition> told) {
        Definition definition = told.value();
        Definition known = definitions.get(told.key());
        if (definition != null && known != null && !definition.replaces(known)) {
            return;
        }
        MirrorStatus status = definition == null
                ? null
                : MirrorFold.redefined(definition, Optional.ofNullable(statuses.get(told.key())));
        definitions.put(told.key(), definition);
        statuses.put(told.key(), status);
        context().forward(told.withValue(status));
    }
}
