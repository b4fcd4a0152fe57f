package io.ringmirror.producer.nbd;

/** Why a request is answered with an error; the message is shown to the client where replies are structured. */
record Refusal(NbdError error, String message) {}
