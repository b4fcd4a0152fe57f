package io.ringmirror.producer.nbd;

import io.ringmirror.producer.BlockDevice;

/**
 * What the handshake of one connection ended with; fixed for the transmission phase.
 *
 * @param device the export that was chosen
 * @param structuredReplies whether READ is answered in chunks
 * @param allocationContext whether base:allocation was selected, so that BLOCK_STATUS may be asked
 */
record Agreement(BlockDevice device, boolean structuredReplies, boolean allocationContext) {
    /** The most data that one request may move ("Block size constraints"). */
    static int maxPayloadBytes(BlockDevice device) {
        return Math.min(Protocol.MAX_PAYLOAD_BYTES, device.maxRequestBytes());
    }

    /** The mirror that the export is a volume of. */
    String mirror() {
        return device.name().split("/", 2)[0];
    }

    int maxPayloadBytes() {
        return maxPayloadBytes(device);
    }

    /** The transmission flags of an export ("Transmission flags"). */
    static int transmissionFlags(BlockDevice device, boolean structuredReplies) {
        int flags = Protocol.HAS_FLAGS
                | Protocol.SEND_FLUSH
                | Protocol.SEND_FUA
                | Protocol.CAN_MULTI_CONN
                | Protocol.SEND_CACHE
                | (structuredReplies ? Protocol.SEND_DF : 0);
        return flags | (device.readOnly() ? Protocol.READ_ONLY : Protocol.SEND_TRIM | Protocol.SEND_WRITE_ZEROES);
    }
}
