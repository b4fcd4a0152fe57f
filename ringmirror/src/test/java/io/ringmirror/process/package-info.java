/**
 * The packaged product as its users run it: every part a process of its own, started from {@code bin/}, told by
 * properties files and signals, and seen through exit codes, streams, files and other people's programs.
 */
package io.ringmirror.process;
