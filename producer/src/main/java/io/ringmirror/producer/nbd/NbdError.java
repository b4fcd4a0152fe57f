package io.ringmirror.producer.nbd;

import io.ringmirror.producer.DeviceException;

/** The errors a request is answered with ("Error values"). */
enum NbdError {
    EPERM(1),
    EIO(5),
    EINVAL(22),
    ENOSPC(28),
    ESHUTDOWN(108);

    private final int code;

    NbdError(int code) {
        this.code = code;
    }

    static NbdError of(DeviceException.Kind kind) {
        return switch (kind) {
            case IO -> EIO;
            case INVALID -> EINVAL;
            case READ_ONLY -> EPERM;
            case NO_SPACE -> ENOSPC;
            case SHUTDOWN -> ESHUTDOWN;
        };
    }

    int code() {
        return code;
    }
}
