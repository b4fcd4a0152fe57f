package io.ringmirror.producer.nbd;

import java.util.Optional;

/**
 * The one place where a request is checked before anything is done for it: no memory is taken and no device is asked
 * for a request that did not pass. What passes lies within the export, has at least one byte where it has a range, and
 * moves at most {@link Agreement#maxPayloadBytes}. The errors are those of "Error values" and of "Request types".
 */
final class RequestValidation {
    private RequestValidation() {}

    /** Nothing if the request may go on, else what to answer. */
    static Optional<Refusal> check(NbdRequest request, Agreement agreement) {
        Optional<NbdCommand> command = request.command();
        if (command.isEmpty()) {
            return refuse(NbdError.EINVAL, "command " + request.type() + " is not known here");
        }
        return checkKnown(command.get(), request, agreement);
    }

    private static Optional<Refusal> checkKnown(NbdCommand command, NbdRequest request, Agreement agreement) {
        int unknownFlags = request.flags() & ~command.flags();
        if (unknownFlags != 0) {
            return refuse(
                    NbdError.EINVAL, command + ": flags 0x" + Integer.toHexString(unknownFlags) + " do not apply");
        }
        if (request.has(Protocol.FLAG_DF) && command == NbdCommand.READ && !agreement.structuredReplies()) {
            return refuse(NbdError.EINVAL, "READ: the flag DF needs structured replies, which were not negotiated");
        }
        if (command == NbdCommand.BLOCK_STATUS && !agreement.allocationContext()) {
            return refuse(NbdError.EINVAL, "BLOCK_STATUS: no metadata context was negotiated");
        }
        if (command.changesData() && agreement.device().readOnly()) {
            return refuse(NbdError.EPERM, command + ": " + agreement.device().name() + " is read-only");
        }
        return command.hasRange() ? checkRange(command, request, agreement) : checkNoRange(command, request);
    }

    private static Optional<Refusal> checkRange(NbdCommand command, NbdRequest request, Agreement agreement) {
        long lengthBytes = request.lengthBytes();
        if (lengthBytes == 0) {
            return refuse(NbdError.EINVAL, command + ": length is 0");
        }
        if (command.movesData() && lengthBytes > agreement.maxPayloadBytes()) {
            return refuse(
                    NbdError.EINVAL,
                    command + ": length " + lengthBytes + " is more than the " + agreement.maxPayloadBytes()
                            + " bytes that one request may move");
        }
        long sizeBytes = agreement.device().sizeBytes();
        long offsetBytes = request.offsetBytes();
        if (offsetBytes < 0 || lengthBytes > sizeBytes || offsetBytes > sizeBytes - lengthBytes) {
            return refuse(
                    command == NbdCommand.WRITE || command == NbdCommand.WRITE_ZEROES
                            ? NbdError.ENOSPC
                            : NbdError.EINVAL,
                    command + ": " + lengthBytes + " bytes at " + Long.toUnsignedString(offsetBytes) + " end behind "
                            + sizeBytes + ", the size of " + agreement.device().name());
        }
        return Optional.empty();
    }

    private static Optional<Refusal> checkNoRange(NbdCommand command, NbdRequest request) {
        if (command == NbdCommand.FLUSH && (request.offsetBytes() != 0 || request.lengthBytes() != 0)) {
            return refuse(NbdError.EINVAL, "FLUSH: offset and length must be 0");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(NbdError error, String message) {
        return Optional.of(new Refusal(error, message));
    }
}
