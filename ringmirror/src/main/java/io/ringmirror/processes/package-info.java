/**
 * Processes that a command starts and ends by itself, Kafka's brokers among them, and what can stand between them: what the
 * torture breaks and the benchmark measures.
 */
package io.ringmirror.processes;
