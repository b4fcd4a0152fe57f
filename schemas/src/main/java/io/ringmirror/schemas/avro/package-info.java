/**
 * How the records of the topics look in Avro: the schemas, every version of them ever committed, and the mapping of
 * each domain record to and from its schema. Step 3 of a write's journey leaves through here (a record on its way to
 * the log), step 6 enters (a record on its way to a replica).
 */
package io.ringmirror.schemas.avro;
