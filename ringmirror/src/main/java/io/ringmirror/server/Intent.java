package io.ringmirror.server;

/** In which role a mirror is started. */
enum Intent {
    /** As the source if this server was and still is, else as a destination. */
    AS_IT_WAS,
    /** As a destination. */
    FOLLOW,
    /** As the source, whoever is it now. */
    LEAD
}
