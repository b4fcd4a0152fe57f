/**
 * The tracker, step 9 of a write's journey: its epoch was flushed at the source and at every destination, each said so
 * in the events topic, and here these facts meet. The tracker folds them into one status per mirror, which releases the
 * epoch's log; whoever deletes the log or opens it again acts on that status. In the order of the journey:
 * {@link io.ringmirror.streams.TrackerTopology} reads events and definitions,
 * {@link io.ringmirror.streams.MirrorFold} makes the next status of them,
 * {@link io.ringmirror.streams.Tracker} runs the topology and shows the statuses over HTTP.
 */
package io.ringmirror.streams;
