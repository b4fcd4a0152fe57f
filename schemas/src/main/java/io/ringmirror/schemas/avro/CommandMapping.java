package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.Command;
import org.apache.avro.generic.GenericRecord;

/** {@link Command} in {@code command.avsc}. */
public final class CommandMapping extends AvroMapping<Command> {
    public CommandMapping() {
        super(MirrorSchema.COMMAND);
    }

    @Override
    public GenericRecord toAvro(Command command) {
        return new Draft(schema())
                .putUuid("mirrorId", command.mirrorId())
                .put("mirror", command.mirror())
                .putUuid("commandId", command.commandId())
                .put("server", command.server().orElse(null))
                .putConstant("action", command.action())
                .done();
    }

    @Override
    Command read(Fields fields) {
        return new Command(
                fields.uuid("mirrorId"),
                fields.text("mirror"),
                fields.uuid("commandId"),
                fields.optionalText("server"),
                fields.constant("action", Command.Action.class));
    }
}
