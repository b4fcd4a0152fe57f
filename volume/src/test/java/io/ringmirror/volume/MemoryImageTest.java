package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryImageTest extends VolumeImageContract {
    @Override
    VolumeImage newImage(int sizeBytes) {
        return new MemoryImage(sizeBytes);
    }

    @Test
    void whatWasNotForcedIsForgotten() throws IOException {
        MemoryImage image = new MemoryImage(4096);
        image.write(0, ByteBuffer.wrap(filled(10, 1)));
        image.force();
        image.write(5, ByteBuffer.wrap(filled(10, 2)));

        image.reopen();

        assertThat(image.content()).startsWith(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    }

    @Test
    void aFailedForceDropsWhatItWasToMakeDurable() throws IOException {
        MemoryImage image = new MemoryImage(4096);
        image.write(0, ByteBuffer.wrap(filled(10, 1)));
        image.failOnce(MemoryImage.Step.FORCE, 0);
        assertThatIOException().isThrownBy(image::force);

        image.force();
        image.reopen();

        assertThat(image.content()).containsOnly(0);
    }
}
