/**
 * Step 1 of a write's journey: an NBD client's request comes in from the network and becomes one call of a
 * {@link io.ringmirror.producer.BlockDevice}; its completion goes back as one reply.
 *
 * <p>In the order a connection lives: {@code NbdServer} accepts it; {@code HandshakeDecoder}, {@code HandshakeHandler}
 * and {@code Negotiation} come to an agreement on an export; {@code TransmissionDecoder} cuts the bytes into requests
 * that {@code RequestValidation} has passed and {@code ConnectionPermits} has admitted; {@code NbdConnection} hands them
 * to the device, batch by batch; what is not answered at once {@code CompletionQueue} brings back to the connection's
 * event loop; {@code ReplyEncoder} writes the replies, and {@code Outbox} sends them.
 *
 * <p>The protocol is the one of the NBD project, <a
 * href="https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md">doc/proto.md</a>, fixed newstyle; comments
 * name its sections. Here it ends: nothing behind this package knows NBD.
 */
package io.ringmirror.producer.nbd;
