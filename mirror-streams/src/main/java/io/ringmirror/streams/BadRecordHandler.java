package io.ringmirror.streams;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Stops at a record that cannot be read, where Streams would only say that one was. Made by Streams by its name;
 * called by the task's thread.
 */
public final class BadRecordHandler implements DeserializationExceptionHandler {
    @Override
    public Response handleError(ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> bad, Exception cause) {
        throw new BadRecordException(bad.topic(), bad.partition(), bad.offset(), cause);
    }

    @Override
    public void configure(Map<String, ?> config) {
        // There is nothing to choose.
    }
}
