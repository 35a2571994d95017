// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Mounter} and its {@link FileSystems} do, on devices with and without DAX. */
public abstract class MounterContract extends TargetContract {
    @Test
    void mounting_makes_the_target_and_can_be_found() throws IOException {
        mountedAtTarget();
        assertThat(target).isDirectory();
        Mounted found = mounter().find(target).orElseThrow();
        assertThat(found.type()).isEqualTo(fixture.fsType().kernelName());
        assertThat(found.readOnly()).isFalse();
        assertThat(found.path()).isEqualTo(target);
    }

    @Test
    void an_existing_directory_is_mounted_on_and_stays() throws IOException {
        Files.createDirectory(target);
        mountedAtTarget();
        mounter().unmount(target);
        assertThat(target).isDirectory();
        assertThat(mounter().find(target)).isEmpty();
    }

    @Test
    void a_read_only_mount_refuses_writes() throws IOException {
        mounter().mount(with(request(formatted()), MountFlags.NONE.readOnly()));
        assertThat(mounter().find(target)).map(Mounted::readOnly).contains(true);
        if (fixture.keepsFiles()) {
            assertThatThrownBy(() -> Files.createFile(target.resolve("file"))).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"noatime", "strictatime"})
    void all_allowed_attributes_and_options_can_be_combined(String atime) throws IOException {
        MountFlags flags =
                MountFlags.parse(List.of("noexec", atime, "nodiratime", "sync", "dirsync", "lazytime", "nodiscard"));
        mounter().mount(with(request(formatted()), flags));
        assertThat(mounter().find(target)).map(Mounted::readOnly).contains(false);
    }

    @Test
    void required_dax_is_there_or_the_mount_fails_and_leaves_nothing() throws IOException {
        MountRequest request = with(request(formatted()), DaxPolicy.REQUIRED);
        if (fixture.hasDax()) {
            assertThat(mounter().mount(request)).isTrue();
            return;
        }
        assertFails(FailureKind.NOT_READY, () -> mounter().mount(request));
        assertThat(target).doesNotExist();
        Files.createDirectory(target);
        assertFails(FailureKind.NOT_READY, () -> mounter().mount(request));
        assertThat(target).isEmptyDirectory();
        assertThat(mounter().find(target)).isEmpty();
    }

    @Test
    void the_other_policies_mount_in_any_case_and_say_whether_dax_is_active() throws IOException {
        Device device = formatted();
        assertThat(mounter().mount(with(request(device), DaxPolicy.PREFERRED))).isEqualTo(fixture.hasDax());
        mounter().unmount(target);
        assertThat(mounter().mount(with(request(device), DaxPolicy.NEVER))).isFalse();
    }

    @Test
    void a_blank_device_and_the_wrong_type_are_not_mounted() throws IOException {
        Device blank = fixture.device();
        assertFails(FailureKind.BACKEND_FAULT, () -> mounter().mount(request(blank)));
        Device device = formatted();
        var wrong = new MountRequest(device, fixture.otherType(), MountFlags.NONE, DaxPolicy.PREFERRED, target);
        assertFails(FailureKind.BACKEND_FAULT, () -> mounter().mount(wrong));
        assertThat(target).doesNotExist();
    }

    @Test
    void a_device_is_mounted_once_only() throws IOException {
        Device device = formatted();
        mounter().mount(request(device));
        Path second = root.resolve("second");
        assertFails(FailureKind.IN_USE, () -> mounter().mount(at(request(device), second)));
        assertFails(FailureKind.IN_USE, () -> mounter().mount(request(device)));
        assertThat(second).doesNotExist();
        mounter().unmount(target);
        mounter().mount(at(request(device), second));
        assertThat(mounter().find(second)).isPresent();
    }

    @Test
    void nothing_is_mounted_over_a_mount() throws IOException {
        mountedAtTarget();
        Device other = formatted();
        assertFails(FailureKind.IN_USE, () -> mounter().mount(request(other)));
        assertFails(FailureKind.IN_USE, () -> mounter().bind(target, target, MountFlags.NONE));
    }

    @Test
    void a_bind_shows_the_same_file_system() throws IOException {
        Path source = mountedAtTarget();
        Path copy = root.resolve("copy");
        mounter().bind(source, copy, MountFlags.NONE);
        assertThat(mounter().find(copy))
                .map(Mounted::type)
                .contains(fixture.fsType().kernelName());
        if (fixture.keepsFiles()) {
            Files.writeString(source.resolve("file"), "content");
            assertThat(copy.resolve("file")).hasContent("content");
        }
        mounter().unmount(source);
        assertThat(mounter().find(copy)).isPresent();
    }

    @Test
    void a_read_only_bind_leaves_its_source_writable() throws IOException {
        Path source = mountedAtTarget();
        Path copy = root.resolve("copy");
        mounter().bind(source, copy, MountFlags.NONE.readOnly());
        assertThat(mounter().find(copy)).map(Mounted::readOnly).contains(true);
        assertThat(mounter().find(source)).map(Mounted::readOnly).contains(false);
    }

    @Test
    void a_bind_never_allows_more_than_its_source() throws IOException {
        mounter().mount(with(request(formatted()), MountFlags.parse(List.of("ro", "noexec", "noatime"))));
        Path copy = root.resolve("copy");
        mounter().bind(target, copy, MountFlags.NONE);
        assertThat(mounter().find(copy)).map(Mounted::readOnly).contains(true);
    }

    @Test
    void a_directory_on_which_nothing_is_mounted_is_not_bound() throws IOException {
        Path source = Files.createDirectory(root.resolve("plain"));
        assertFails(FailureKind.NOT_FOUND, () -> mounter().bind(source, target, MountFlags.NONE));
        assertFails(FailureKind.NOT_FOUND, () -> mounter().bind(root.resolve("absent"), target, MountFlags.NONE));
        assertThat(target).doesNotExist();
    }

    @Test
    void a_block_device_is_bound_to_a_file_that_is_made_for_it() throws IOException {
        Device device = fixture.device();
        mounter().bindBlock(device, target, false);
        Mounted found = mounter().find(target).orElseThrow();
        assertThat(found.type()).isEqualTo("block");
        assertThat(found.readOnly()).isFalse();
        assertFails(FailureKind.IN_USE, () -> mounter().removeTarget(target));
        mounter().unmount(target);
        assertThat(target).isEmptyFile();
        mounter().removeTarget(target);
        assertThat(target).doesNotExist();
    }

    @Test
    void a_block_device_can_be_bound_twice_and_read_only() throws IOException {
        Device device = fixture.device();
        Path second = Files.createFile(root.resolve("second"));
        mounter().bindBlock(device, target, false);
        mounter().bindBlock(device, second, true);
        assertThat(mounter().find(second)).map(Mounted::readOnly).contains(true);
        assertThat(mounter().find(second, device)).isEqualTo(Occupant.THIS);
    }

    @Test
    void what_is_mounted_at_a_path_is_known_by_its_device() throws IOException {
        Device device = formatted();
        Device other = formatted();
        Path copy = root.resolve("copy");
        assertThat(mounter().find(target, device)).isEqualTo(Occupant.NOTHING);
        assertThat(mounter().find(root.resolve("no/such/target"), device)).isEqualTo(Occupant.NOTHING);
        mounter().mount(request(device));
        mounter().bind(target, copy, MountFlags.NONE.readOnly());
        assertThat(mounter().find(target, device)).isEqualTo(Occupant.THIS);
        assertThat(mounter().find(copy, device)).isEqualTo(Occupant.THIS);
        assertThat(mounter().find(target, other)).isEqualTo(Occupant.OTHER);
        Path node = root.resolve("node");
        mounter().bindBlock(other, node, false);
        assertThat(mounter().find(node, other)).isEqualTo(Occupant.THIS);
        assertThat(mounter().find(node, device)).isEqualTo(Occupant.OTHER);
        String type = fixture.fsType().kernelName();
        assertThat(mounter().mountsOf(device))
                .containsExactly(new Mounted(target, type, false), new Mounted(copy, type, true));
        assertThat(mounter().mountsOf(other)).containsExactly(new Mounted(node, "block", false));
    }

    @Test
    void the_root_of_a_target_is_known() {
        assertThat(mounter().rootExists(root.resolve("no/such/target"))).isTrue();
        assertThat(mounter().rootExists(root.resolveSibling("elsewhere"))).isFalse();
    }
}
