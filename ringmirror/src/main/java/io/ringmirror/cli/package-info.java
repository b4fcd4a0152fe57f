/**
 * The command line. It stands beside the journey of a write: it makes mirrors and their topics, starts the servers that
 * carry writes, tells them to flush, and shows what the tracker found. Data goes to stdout, everything else to stderr;
 * {@link io.ringmirror.cli.ExitCode} lists what a command can answer to the shell.
 */
package io.ringmirror.cli;
