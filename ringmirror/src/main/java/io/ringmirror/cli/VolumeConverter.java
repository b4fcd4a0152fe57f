package io.ringmirror.cli;

import io.ringmirror.schemas.Definition.Volume;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code NAME=SIZE}. */
final class VolumeConverter implements ITypeConverter<Volume> {
    @Override
    public Volume convert(String value) {
        int equals = value.indexOf('=');
        if (equals < 0) {
            throw new TypeConversionException("'" + value + "' is not NAME=SIZE, as data=10G");
        }
        try {
            return new Volume(value.substring(0, equals), SizeConverter.bytes(value.substring(equals + 1)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
