package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    void aPathAloneIsSaidWithWhatIsWrongWithIt() {
        assertThat(Reason.of(new NoSuchFileException("/a"))).isEqualTo("cannot use /a: no such file or directory");
        assertThat(Reason.of(new AccessDeniedException("/a"))).isEqualTo("cannot use /a: permission denied");
        assertThat(Reason.of(new FileAlreadyExistsException("/a")))
                .isEqualTo("cannot use /a: a file of this name is there");
        assertThat(Reason.of(new NotDirectoryException("/a"))).isEqualTo("cannot use /a: it is not a directory");
        assertThat(Reason.of(new DirectoryNotEmptyException("/a")))
                .isEqualTo("cannot use /a: the directory is not empty");
        assertThat(Reason.of(new FileSystemException("/a", null, "No space left on device")))
                .isEqualTo("cannot use /a: No space left on device");
        assertThat(Reason.of(new FileSystemException("/a"))).isEqualTo("cannot use /a: FileSystemException");
    }

    @Test
    void aMessageOfItsOwnIsKept() {
        assertThat(Reason.of(new IOException("volume image v is missing", new NoSuchFileException("v"))))
                .isEqualTo("volume image v is missing");
    }

    @Test
    void anExceptionThatOnlyWrapsSaysWhatItsCauseSays() {
        assertThat(Reason.of(new UncheckedIOException(new NoSuchFileException("/a"))))
                .isEqualTo("cannot use /a: no such file or directory");
        assertThat(Reason.of(new IllegalStateException(null, new IOException("broken"))))
                .isEqualTo("broken");
    }

    @Test
    void anExceptionWithoutAMessageIsNamed() {
        assertThat(Reason.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }
}
