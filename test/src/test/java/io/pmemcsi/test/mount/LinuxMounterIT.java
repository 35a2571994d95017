// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.linux.MountEntry;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.mount.FsOption;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.MounterContract;
import io.pmemcsi.driver.mount.MounterFixture;
import io.pmemcsi.driver.mount.linux.LinuxMounter;
import io.pmemcsi.test.system.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract on the kernel: both file systems, with the mount API of file descriptors and with mount(2). */
final class LinuxMounterIT {
    @Nested
    final class Ext4 extends OnLoopDevices {
        Ext4() {
            super(MountApi.descriptors(), FsType.EXT4);
        }

        @Test
        void the_kernel_says_which_option_it_does_not_know() throws IOException {
            Device device = formatted();
            Path target = root().resolve("target");
            var flags = new MountFlags(Set.of(), List.of(new FsOption("nosuchoption", Optional.empty())));
            var request = new MountRequest(device, FsType.EXT4, flags, DaxPolicy.NEVER, target);
            assertFails(FailureKind.BACKEND_FAULT, () -> fixture().mounter().mount(request));
            assertThatThrownBy(() -> fixture().mounter().mount(request))
                    .hasMessageContaining("Unknown parameter 'nosuchoption'");
        }
    }

    @Test
    void this_kernel_has_the_mount_api_of_file_descriptors() {
        assertThat(MountApi.detect().description())
                .isEqualTo(MountApi.descriptors().description());
    }

    @Nested
    final class Xfs extends OnLoopDevices {
        Xfs() {
            super(MountApi.descriptors(), FsType.XFS);
        }

        @Test
        void a_file_system_that_has_failed_can_be_found_and_unmounted() throws IOException {
            Path target = root().resolve("target");
            fixture().mounter().mount(request(formatted()));
            Commands.run("xfs_io", "-x", "-c", "shutdown", target.toString());
            assertThatThrownBy(() -> Files.size(target)).isInstanceOf(IOException.class);
            assertThat(fixture().mounter().find(target)).map(Mounted::type).contains("xfs");
            assertFails(FailureKind.IN_USE, () -> fixture().mounter().removeTarget(target));
            fixture().mounter().unmount(target);
            fixture().mounter().removeTarget(target);
            assertThat(target).doesNotExist();
        }
    }

    @Nested
    final class Ext4Legacy extends OnLoopDevices {
        Ext4Legacy() {
            super(MountApi.legacy(), FsType.EXT4);
        }
    }

    @Nested
    final class XfsLegacy extends OnLoopDevices {
        XfsLegacy() {
            super(MountApi.legacy(), FsType.XFS);
        }
    }

    /** The contract, and what only the kernel can show. */
    abstract static class OnLoopDevices extends MounterContract {
        private final MountApi api;
        private final FsType type;

        OnLoopDevices(MountApi api, FsType type) {
            this.api = api;
            this.type = type;
        }

        @Override
        protected MounterFixture open(Path allowed) {
            assertThat(Path.of("/dev/loop-control"))
                    .as("loop devices, which take root: run 'sudo make test'")
                    .isWritable();
            return new LoopFixture(api, type, allowed);
        }

        private MountEntry entry(Path target) {
            return MountTable.read().stream()
                    .filter(entry -> entry.mountPoint().equals(target.toString()))
                    .findFirst()
                    .orElseThrow();
        }

        @ParameterizedTest
        @EnumSource(DaxPolicy.class)
        void dax_that_the_device_seems_to_have_is_proven_on_a_file(DaxPolicy policy) throws IOException {
            Mounter optimist = new LinuxMounter(api, List.of(root()), device -> true);
            Path target = root().resolve("target");
            var request = new MountRequest(formatted(), type, MountFlags.NONE.readOnly(), policy, target);
            if (policy == DaxPolicy.REQUIRED) {
                assertFails(FailureKind.NOT_READY, () -> optimist.mount(request));
                assertThat(target).doesNotExist();
            } else {
                assertThat(optimist.mount(request)).isFalse();
                assertThat(optimist.find(target)).map(Mounted::readOnly).contains(true);
                assertThat(target.resolve("lost+found").toFile().exists()).isEqualTo(type == FsType.EXT4);
            }
        }

        @Test
        void everything_is_mounted_nosuid_and_nodev_and_flags_arrive() throws IOException {
            MountFlags flags = MountFlags.parse(List.of("noexec", "noatime", "nodiratime", "sync"));
            Path target = root().resolve("target");
            fixture().mounter().mount(new MountRequest(formatted(), type, flags, DaxPolicy.PREFERRED, target));
            assertThat(entry(target).options()).contains("rw", "nosuid", "nodev", "noexec", "noatime", "nodiratime");
            assertThat(entry(target).superOptions()).contains("sync");
            Path copy = root().resolve("copy");
            fixture().mounter().bind(target, copy, MountFlags.NONE.readOnly());
            assertThat(entry(copy).options()).contains("ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime");
            assertThat(entry(target).options()).contains("rw");
        }

        @Test
        void a_mount_is_relatime_by_default_and_a_bind_can_be_strict() throws IOException {
            Path target = root().resolve("target");
            fixture().mounter().mount(request(formatted()));
            assertThat(entry(target).options()).contains("relatime");
            Path copy = root().resolve("copy");
            fixture().mounter().bind(target, copy, MountFlags.parse(List.of("strictatime")));
            assertThat(entry(copy).options()).doesNotContain("relatime", "noatime");
        }

        @Test
        void a_bound_block_device_can_be_opened() throws IOException {
            Device device = fixture().device();
            Path target = root().resolve("target");
            fixture().mounter().bindBlock(device, target, false);
            assertThat(entry(target).options()).contains("nosuid", "noexec").doesNotContain("nodev");
            try (var content = Files.newInputStream(target)) {
                assertThat(content.read()).isZero();
            }
        }

        @Test
        void all_mounts_at_a_target_go_at_once() throws IOException {
            Path target = root().resolve("target");
            fixture().mounter().mount(request(formatted()));
            Commands.run("mount", "--bind", target.toString(), target.toString());
            Commands.run("mount", "-t", "tmpfs", "none", target.toString());
            assertThat(fixture().mounter().find(target)).map(Mounted::type).contains("tmpfs");
            fixture().mounter().unmount(target);
            assertThat(fixture().mounter().find(target)).isEmpty();
        }

        @Test
        void content_survives_unmounting() throws IOException {
            Device device = formatted();
            Path target = root().resolve("target");
            fixture().mounter().mount(request(device));
            Files.writeString(target.resolve("file"), "content");
            fixture().mounter().unmount(target);
            assertThat(target).isEmptyDirectory();
            fixture().mounter().mount(request(device));
            assertThat(target.resolve("file")).hasContent("content");
        }

        @Test
        void formatting_gives_no_reserved_space_away() throws IOException {
            Device device = fixture().device();
            fixture().fileSystems().format(device, type);
            fixture().mounter().mount(request(device));
            assertThat(LoopFixture.allocated(device))
                    .isGreaterThanOrEqualTo(device.size().bytes());
        }

        @Test
        void signatures_of_other_content_are_wiped() throws IOException {
            Device device = fixture().device();
            Commands.run("mkswap", device.path().toString());
            assertThat(fixture().fileSystems().probe(device)).contains("swap");
            fixture().fileSystems().format(device, type);
            assertThat(fixture().fileSystems().probe(device)).contains(type.kernelName());
        }

        @Test
        void a_file_system_that_only_a_lazily_detached_mount_holds_is_mounted_again() throws IOException {
            Device device = formatted();
            Path target = root().resolve("target");
            fixture().mounter().mount(request(device));
            Files.writeString(target.resolve("file"), "content");
            try (var user = Files.newInputStream(target.resolve("file"))) {
                Commands.run("umount", "--lazy", target.toString());
                fixture().mounter().mount(request(device));
                assertThat(target.resolve("file")).hasContent("content");
                assertThat(user.read()).isEqualTo('c');
            }
        }
    }
}
