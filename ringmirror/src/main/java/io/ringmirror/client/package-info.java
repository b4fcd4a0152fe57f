/** The built-in NBD client, for whoever has no other at hand: it writes in the demo as any client would. */
package io.ringmirror.client;
