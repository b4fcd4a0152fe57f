package io.ringmirror.schemas.avro;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The record branches of a nullable union, by short name: one for each kind of body or fact. Immutable. */
final class Branches {
    private final Map<String, Schema> byName;

    Branches(Schema union) {
        this.byName = union.getTypes().stream()
                .filter(branch -> branch.getType() == Schema.Type.RECORD)
                .collect(Collectors.toUnmodifiableMap(Schema::getName, Function.identity()));
    }

    /** A draft of the branch that is named as the domain record's class is. */
    Draft draftFor(Object value) {
        return new Draft(byName.get(value.getClass().getSimpleName()));
    }

    /** What to say of a branch, or of its absence, that this version does not know. */
    static IllegalArgumentException unknown(String field, String kind) {
        return new IllegalArgumentException(
                field + " is of kind " + kind + ", which this version does not know; a newer one wrote it");
    }
}
