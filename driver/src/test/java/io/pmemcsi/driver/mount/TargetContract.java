// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of targets, and which are refused. */
public abstract class TargetContract extends FileSystemsContract {
    @Test
    void a_target_of_the_wrong_kind_is_refused_and_kept() throws IOException {
        Files.createFile(target);
        Device device = formatted();
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().mount(request(device)));
        assertThat(target).isRegularFile();
        Path directoryTarget = Files.createDirectory(root.resolve("directory"));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().bindBlock(device, directoryTarget, false));
        assertThat(directoryTarget).isDirectory();
    }

    @Test
    void a_target_with_content_is_refused_and_kept() throws IOException {
        Device device = formatted();
        Path full = Files.createDirectory(root.resolve("full"));
        Files.createFile(full.resolve("entry"));
        Path file = Files.writeString(root.resolve("file"), "somebody's");
        assertFails(FailureKind.IN_USE, () -> mounter().mount(at(request(device), full)));
        assertFails(FailureKind.IN_USE, () -> mounter().bindBlock(device, file, false));
        mounter().mount(request(device));
        assertFails(FailureKind.IN_USE, () -> mounter().bind(target, full, MountFlags.NONE));
        assertThat(mounter().find(full)).isEmpty();
        assertThat(mounter().find(file)).isEmpty();
        assertThat(full).isDirectoryContaining("glob:**/entry");
        assertThat(file).hasContent("somebody's");
    }

    @Test
    void unmounting_can_be_repeated() throws IOException {
        mountedAtTarget();
        mounter().unmount(target);
        mounter().unmount(target);
        mounter().unmount(root.resolve("never"));
        mounter().unmount(root.resolve("never/made"));
    }

    @Test
    void what_is_in_use_stays_mounted() throws Exception {
        mountedAtTarget();
        AutoCloseable user = fixture.use(target);
        assertFails(FailureKind.IN_USE, () -> mounter().unmount(target));
        assertThat(mounter().find(target)).isPresent();
        user.close();
        mounter().unmount(target);
        assertThat(mounter().find(target)).isEmpty();
    }

    @Test
    void a_target_is_removed_when_it_is_empty_and_not_mounted() throws IOException {
        mountedAtTarget();
        assertFails(FailureKind.IN_USE, () -> mounter().removeTarget(target));
        mounter().unmount(target);
        Files.createFile(target.resolve("forgotten"));
        assertFails(FailureKind.IN_USE, () -> mounter().removeTarget(target));
        Files.delete(target.resolve("forgotten"));
        mounter().removeTarget(target);
        assertThat(target).doesNotExist();
        mounter().removeTarget(target);
        mounter().removeTarget(root.resolve("never/made"));
    }

    @Test
    void a_file_with_content_is_not_removed() throws IOException {
        Files.writeString(target, "somebody's");
        assertFails(FailureKind.IN_USE, () -> mounter().removeTarget(target));
        assertThat(target).hasContent("somebody's");
    }

    @Test
    void a_missing_directory_is_reported() throws IOException {
        Path lost = root.resolve("no/such/target");
        Device device = formatted();
        assertThat(mounter().parentExists(lost)).isFalse();
        assertThat(mounter().parentExists(target)).isTrue();
        assertThat(mounter().find(lost)).isEmpty();
        assertFails(FailureKind.NOT_FOUND, () -> mounter().mount(at(request(device), lost)));
        assertFails(FailureKind.NOT_FOUND, () -> mounter().bindBlock(device, lost, false));
    }

    static Stream<String> refused_paths() {
        return Stream.of(
                "relative/path",
                "{root}/../x",
                "{root}/./x",
                "{root}",
                "/",
                "/etc/x",
                "{root}x/y",
                "{root}/link/x",
                "{root}/link",
                "{root}/file/x");
    }

    @ParameterizedTest
    @MethodSource("refused_paths")
    void a_path_outside_the_root_or_through_a_link_is_refused(String pattern) throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createFile(root.resolve("file"));
        Path path = Path.of(pattern.replace("{root}", root.toString()));
        Device device = formatted();
        boolean linkItself = pattern.endsWith("/link");
        assertThat(mounter().parentExists(path)).isEqualTo(linkItself);
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().mount(at(request(device), path)));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().bindBlock(device, path, false));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().bind(path, target, MountFlags.NONE));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().find(path));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().unmount(path));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().removeTarget(path));
        assertFails(FailureKind.INVALID_REQUEST, () -> mounter().usage(path));
        assertThat(outside).isEmptyDirectory();
    }
}
