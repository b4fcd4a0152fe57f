package io.ringmirror.schemas.serde;

import java.nio.ByteBuffer;

/** What a format of our own puts before a record's Avro binary: it names the schema that the record was written with. */
interface SchemaHeader {
    /** The bytes were written with another schema, or are not in this format. */
    int ANOTHER = -1;

    /**
     * Where the Avro binary begins if {@code bytes}, big-endian and from index 0 on, were written with the schema of this
     * fingerprint, else {@link #ANOTHER}.
     */
    int bodyStart(ByteBuffer bytes, long fingerprint);
}
