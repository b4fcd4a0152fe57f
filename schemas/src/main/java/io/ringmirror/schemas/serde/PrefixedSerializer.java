package io.ringmirror.schemas.serde;

import org.apache.avro.Schema;

/** A serializer whose bytes are a prefix that names the schema and the record's Avro binary, and nothing else. */
interface PrefixedSerializer {
    /** What every record of {@code schema} in {@code topic} begins with; the caller leaves it as it is. */
    byte[] prefix(String topic, Schema schema);
}
