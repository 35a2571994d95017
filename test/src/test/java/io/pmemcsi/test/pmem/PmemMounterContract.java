// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.MounterContract;
import io.pmemcsi.test.system.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of the mount port where DAX is real, and what only such devices can show. */
abstract class PmemMounterContract extends MounterContract {
    private MountRequest required(Device device) {
        return new MountRequest(
                device, fixture().fsType(), MountFlags.NONE, DaxPolicy.REQUIRED, root().resolve("target"));
    }

    private static List<String> superOptions(Path target) {
        return MountTable.read().stream()
                .filter(entry -> entry.mountPoint().equals(target.toString()))
                .findFirst()
                .orElseThrow()
                .superOptions();
    }

    private void assertNoDax(Device device, String reason) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> fixture().mounter().mount(required(device)))
                .satisfies(e -> assertThat(e.kind()).as(e.text()).isEqualTo(FailureKind.NOT_READY))
                .withMessageContaining(device.id().value())
                .withMessageContaining(reason);
        assertThat(root().resolve("target")).doesNotExist();
    }

    @Test
    void the_kernel_lists_the_mount_as_dax_always_and_a_read_only_bind_of_it_too() throws IOException {
        Path target = root().resolve("target");
        assertThat(fixture().mounter().mount(required(formatted()))).isTrue();
        assertThat(superOptions(target)).contains("dax=always");
        Path copy = root().resolve("copy");
        fixture().mounter().bind(target, copy, MountFlags.NONE.readOnly());
        assertThat(superOptions(copy)).contains("dax=always");
    }

    @Test
    void a_policy_of_never_is_kept_although_the_device_could() throws IOException {
        Path target = root().resolve("target");
        MountRequest never = new MountRequest(
                formatted(), fixture().fsType(), MountFlags.NONE, DaxPolicy.NEVER, root().resolve("target"));
        assertThat(fixture().mounter().mount(never)).isFalse();
        assertThat(superOptions(target)).doesNotContain("dax=always");
    }

    @Test
    void an_earlier_mount_without_dax_that_is_still_in_use_is_named_as_the_cause() throws IOException {
        Device device = formatted();
        Path earlier = Files.createDirectory(root().resolve("earlier"));
        Commands.run("mount", "-o", "dax=never", device.path().toString(), earlier.toString());
        try (var user = Files.newOutputStream(earlier.resolve("file"))) {
            Commands.run("umount", "--lazy", earlier.toString());
            assertNoDax(device, "an earlier mount without DAX");
            user.write('x');
        }
        assertThat(fixture().mounter().mount(required(device))).isTrue();
    }

    @Test
    void a_file_system_without_room_for_a_file_is_mounted_all_the_same() throws IOException {
        Device device = formatted();
        Path target = root().resolve("target");
        assertThat(fixture().mounter().mount(required(device))).isTrue();
        Path file = target.resolve("all");
        Commands.run("sh", "-c", "fallocate -l $(($(stat -f -c '%a * %S' " + target + "))) " + file + " || true");
        fixture().mounter().unmount(target);
        assertThat(fixture().mounter().mount(required(device))).isTrue();
    }
}
