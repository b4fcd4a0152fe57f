/**
 * A volume on disk and what is written to it but not yet there. Knows nothing of Kafka or of mirrors.
 *
 * <p>Steps of a write's journey: it enters the {@link io.ringmirror.volume.WriteCache} (the patent's first cache at a
 * source, its second cache at a destination), is read from there while it is newer than the image, and leaves as part of
 * a {@link io.ringmirror.volume.FrozenCache} into a {@link io.ringmirror.volume.VolumeImage} when its owner flushes.
 */
package io.ringmirror.volume;
