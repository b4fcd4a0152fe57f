/**
 * What can be configured: one Kafka {@code ConfigDef} for every program of RingMirror, read from a properties file, the
 * environment and the command line. It stands before the journey of a write: the parts get checked settings and Kafka
 * clients' properties from here and read no configuration themselves.
 */
package io.ringmirror.config;
