/**
 * {@code ringmirror bench}: RingMirror and what it is held against, side by side in one run on one machine. Start with
 * {@link io.ringmirror.bench.Bench}; what is measured is in {@code cases}, the clients are in {@code load}.
 */
package io.ringmirror.bench;
