/**
 * The newcomer's first minute: a broker, a source, a destination and a tracker in one process, a client that writes
 * through NBD, and at the end the two copies compared byte by byte. Start at {@link io.ringmirror.demo.Demo}.
 */
package io.ringmirror.demo;
