package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;

/** Where the requests cut out of a connection's bytes go. Called on its event loop, in the order of the wire. */
interface RequestSink {
    /**
     * A request that passed validation.
     *
     * @param payload the data of a WRITE, else empty; the sink releases it
     */
    void accepted(NbdRequest request, ByteBuf payload, ConnectionPermits.Permit permit);

    /** A request that is to be answered with an error; its payload, if any, has been skipped. */
    void refused(NbdRequest request, Refusal refusal, ConnectionPermits.Permit permit);

    /** The client is done: nothing it sends is read any more. */
    void disconnectRequested();

    /** The bytes are not the protocol, so no later byte can be understood: nothing is read any more. */
    void brokenProtocol(String what);
}
