/**
 * A server: the mirrors that name it, each in its role, over one set of Kafka clients, one NBD front and bounded pools of
 * threads. Start at {@link io.ringmirror.server.MirrorServer}.
 */
package io.ringmirror.server;
