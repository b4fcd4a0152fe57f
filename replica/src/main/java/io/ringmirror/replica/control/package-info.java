/**
 * The word between servers and tracker: events out, definitions, status and commands in. Beside a write's journey, never
 * in its way: no write waits for any of it, and what is lost here is said again by the next beat.
 */
package io.ringmirror.replica.control;
