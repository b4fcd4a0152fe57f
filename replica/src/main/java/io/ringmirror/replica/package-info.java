/**
 * Following the ring, step 6 of a write's journey: reading the logs in the one order of the mirror
 * ({@link io.ringmirror.replica.Chain}) into a server's replica. A source does it before it takes the role, a destination
 * for as long as it runs; so both stand on the same code. The flushes of both, steps 5 and 7, begin here as well.
 */
package io.ringmirror.replica;
