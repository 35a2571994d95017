// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LinuxFilesTest {
    private static final int REFERENCE = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private OpenFd root;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/file"), "12345");
        Files.createSymbolicLink(directory.resolve("a/link"), directory.resolve("a/b"));
        root = LinuxFiles.openDirectory(directory);
    }

    @AfterEach
    void close() {
        root.close();
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NativeCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "a/file"})
    void existing_paths_are_opened_with_and_without_openat2(String path) {
        try (OpenFd resolved = BeneathOpener.resolve(root, Path.of(path), REFERENCE);
                OpenFd walked = BeneathOpener.walk(root, Path.of(path), REFERENCE)) {
            assertThat(resolved.procPath().toFile()).exists();
            assertThat(LinuxFiles.status(walked)).isEqualTo(LinuxFiles.status(resolved));
        }
    }

    @ParameterizedTest
    @CsvSource({"a/link, 40", "a/link/x, 40", "../x, 18", "absent, 2", "absent/x, 2", "a/file/x, 20"})
    void other_paths_fail_alike_with_and_without_openat2(Path path, int errno) {
        assertErrno(errno, () -> BeneathOpener.resolve(root, path, REFERENCE).close());
        assertErrno(errno, () -> BeneathOpener.walk(root, path, REFERENCE).close());
    }

    @Test
    void a_file_is_no_directory() {
        assertErrno(
                Errno.ENOTDIR,
                () -> LinuxFiles.openDirectoryBeneath(root, Path.of("a/file")).close());
        assertErrno(
                Errno.ENOTDIR,
                () -> BeneathOpener.walk(root, Path.of("a/file"), REFERENCE | OpenFlags.O_DIRECTORY)
                        .close());
    }

    @Test
    void entries_are_made_and_removed_in_the_open_directory() throws IOException {
        LinuxFiles.makeDirectory(root, "made", 0750);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("made"))))
                .startsWith("rwx")
                .endsWith("---");
        assertErrno(Errno.EEXIST, () -> LinuxFiles.makeDirectory(root, "made", 0750));
        LinuxFiles.makeFile(root, "file", 0600);
        assertErrno(Errno.EEXIST, () -> LinuxFiles.makeFile(root, "file", 0600));
        assertErrno(Errno.ENOTEMPTY, () -> LinuxFiles.removeDirectory(root, "a"));
        LinuxFiles.removeDirectory(root, "made");
        LinuxFiles.removeFile(root, "file");
        assertErrno(Errno.ENOENT, () -> LinuxFiles.removeFile(root, "file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/"})
    void a_name_is_one_component(String name) {
        assertErrno(Errno.EINVAL, () -> LinuxFiles.makeDirectory(root, name, 0750));
        assertErrno(Errno.EINVAL, () -> LinuxFiles.status(root, name));
    }

    @Test
    void a_name_with_nul_is_never_cut() {
        assertThatThrownBy(() -> LinuxFiles.makeDirectory(root, "a\0b", 0750))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_status_tells_types_apart() throws IOException {
        FileStatus file;
        try (OpenFd a = LinuxFiles.openBeneath(root, Path.of("a"))) {
            assertThat(LinuxFiles.status(a).isDirectory()).isTrue();
            assertThat(LinuxFiles.status(a, "link").isSymbolicLink()).isTrue();
            file = LinuxFiles.status(a, "file");
        }
        assertThat(file.isRegularFile()).isTrue();
        assertThat(file.size()).isEqualTo(5);
        assertThat(file.isDax()).isFalse();
        assertThat(file.isMountRoot()).isFalse();
        assertThat(file.isBlockDevice()).isFalse();
        assertThat(LinuxFiles.status(root).device()).isEqualTo(file.device());
    }

    @Test
    void space_is_that_of_the_java_file_store() throws IOException {
        FsSpace space = LinuxFiles.space(root);
        assertThat(space.totalBytes()).isEqualTo(Files.getFileStore(directory).getTotalSpace());
        assertThat(space.availableBytes()).isBetween(0L, space.freeBytes());
    }

    @Test
    void a_descriptor_is_not_used_after_it_was_closed() {
        OpenFd fd = LinuxFiles.openDirectory(directory);
        fd.close();
        fd.close();
        assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void errno_has_a_name_and_a_meaning() {
        assertThat(Errno.describe(Errno.EBUSY)).isEqualTo("EBUSY (Device or resource busy)");
        assertThat(Errno.describe(4095)).isEqualTo("errno 4095");
    }
}
