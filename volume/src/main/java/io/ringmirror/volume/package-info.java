/**
 * A volume on disk and what is written to it but not yet there. Knows nothing of Kafka or of mirrors.
 *
 * <p>A write enters the {@link io.ringmirror.volume.WriteCache} (the patent's first cache at a source, its second cache
 * at a destination: steps 2 and 6 of its journey), is read from there while it is newer than the image, and leaves as
 * part of a {@link io.ringmirror.volume.FrozenCache} into a {@link io.ringmirror.volume.VolumeImage} when its owner
 * flushes (steps 5 and 7).
 */
package io.ringmirror.volume;
