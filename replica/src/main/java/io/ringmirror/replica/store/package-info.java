/**
 * A replica on disk, steps 5 and 7 of a write's journey: it becomes part of a copy of the mirror for good. A directory
 * holds the images of the volumes, the position file that says which prefix of the mirror's sequence they are, and the
 * lock that keeps other processes out:
 *
 * <pre>
 *   &lt;dir&gt;/replica.lock          held while a server uses the directory; names its holder
 *   &lt;dir&gt;/position              {@link io.ringmirror.replica.store.PositionFile}
 *   &lt;dir&gt;/volumes/&lt;name&gt;.img    one raw image for each volume
 *   &lt;dir&gt;/volumes/in-use         there while a server has the images open
 * </pre>
 *
 * <p>Source and destination directories are the same; {@link io.ringmirror.replica.store.ReplicaFlush} is how both go
 * from one position to the next.
 */
package io.ringmirror.replica.store;
