package io.ringmirror.replica.store;

/** Whether somebody may be writing the images of a directory, as its position file says. */
public enum Use {
    /** A server has it open, or had it open when it was killed. */
    OPEN,
    /** The last server that had it open has closed it: what was copied since is one state. */
    CLOSED,
    /** A program that did not state it wrote the file (version 2). */
    UNKNOWN
}
