/**
 * The word between servers and tracker: events out, definitions, status and commands in. Step 8 of a write's journey
 * goes out here and step 9 comes back, beside the data and never in its way: what is lost here is said again by the
 * next beat.
 */
package io.ringmirror.replica.control;
