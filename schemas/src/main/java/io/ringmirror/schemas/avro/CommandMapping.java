package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.Command;
import java.util.OptionalLong;
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
                .put("expectedTerm", boxed(command.conditions().expectedTerm()))
                .put("timeToLiveMs", boxed(command.conditions().timeToLiveMs()))
                .put("handedOver", command.conditions().handedOver())
                .put("successor", command.conditions().successor().orElse(null))
                .done();
    }

    @Override
    Command read(Fields fields) {
        return new Command(
                fields.uuid("mirrorId"),
                fields.text("mirror"),
                fields.uuid("commandId"),
                fields.optionalText("server"),
                fields.constant("action", Command.Action.class),
                new Command.Conditions(
                        fields.optionalLong("expectedTerm"),
                        fields.optionalLong("timeToLiveMs"),
                        fields.flag("handedOver"),
                        fields.optionalText("successor")));
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
