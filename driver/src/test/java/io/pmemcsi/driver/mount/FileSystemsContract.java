// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What a {@link FileSystems} does, seen through a {@link Mounter}. */
public abstract class FileSystemsContract extends MounterSuite {
    @Test
    void a_new_device_is_blank_and_a_formatted_one_is_recognised() throws IOException {
        Device device = fixture.device();
        assertThat(fixture.fileSystems().probe(device)).isEmpty();
        fixture.fileSystems().format(device, fixture.fsType());
        assertThat(fixture.fileSystems().probe(device))
                .contains(fixture.fsType().kernelName());
    }

    @Test
    void formatting_replaces_whatever_was_there() throws IOException {
        Device device = formatted();
        fixture.fileSystems().format(device, fixture.fsType());
        assertThat(fixture.fileSystems().probe(device))
                .contains(fixture.fsType().kernelName());
        mounter().mount(request(device));
        if (fixture.keepsFiles()) {
            Files.writeString(target.resolve("tenant"), "old");
        }
        mounter().unmount(target);
        fixture.fileSystems().format(device, fixture.fsType());
        mounter().mount(request(device));
        assertThat(target.resolve("tenant")).doesNotExist();
    }

    @Test
    void a_mounted_device_is_not_formatted() throws IOException {
        Device device = formatted();
        mounter().mount(request(device));
        assertFails(FailureKind.IN_USE, () -> fixture.fileSystems().format(device, fixture.fsType()));
        assertThat(mounter().find(target)).isPresent();
    }

    @Test
    void usage_is_that_of_the_file_system() throws IOException {
        Device device = formatted();
        mounter().mount(request(device));
        FsUsage usage = mounter().usage(target);
        assertThat(usage.total()).isLessThanOrEqualTo(device.size());
        assertThat(usage.total().bytes()).isGreaterThan(device.size().bytes() / 2);
        assertThat(usage.used().plus(usage.available())).isLessThanOrEqualTo(usage.total());
        assertThat(usage.inodes()).isEqualTo(usage.inodesUsed() + usage.inodesFree());
    }

    @Test
    void the_space_of_a_new_file_system_is_about_what_was_expected() throws IOException {
        Device device = formatted();
        ByteSize expected = fixture.fileSystems().expectedSpace(fixture.fsType(), device.size());
        mounter().mount(request(device));
        assertThat(mounter().usage(target).available().bytes())
                .isCloseTo(expected.bytes(), Percentage.withPercentage(1));
    }

    @Test
    void a_mounted_file_system_grows_with_its_device() throws IOException {
        Device device = formatted();
        mounter().mount(request(device));
        fixture.fileSystems().grow(device, fixture.fsType(), target);
        long before = mounter().usage(target).total().bytes();
        Optional<Device> grown = fixture.enlarge(device);
        assertThat(mounter().usage(target).total().bytes()).isEqualTo(before);
        if (grown.isEmpty()) {
            return;
        }
        Device larger = grown.get();
        if (!fixture.mayGrow()) {
            assertFails(FailureKind.NOT_READY, () -> fixture.fileSystems().grow(larger, fixture.fsType(), target));
            assertThat(mounter().usage(target).total().bytes()).isEqualTo(before);
            return;
        }
        fixture.fileSystems().grow(larger, fixture.fsType(), target);
        fixture.fileSystems().grow(larger, fixture.fsType(), target);
        assertThat(mounter().usage(target).total().bytes() - before)
                .isGreaterThan((larger.size().bytes() - device.size().bytes()) * 9 / 10);
    }

    @Test
    void only_mounted_file_systems_have_a_usage_and_can_grow() throws IOException {
        Files.createDirectory(target);
        assertFails(FailureKind.NOT_FOUND, () -> mounter().usage(target));
        assertFails(FailureKind.NOT_FOUND, () -> mounter().usage(root.resolve("never/made")));
        Device device = fixture.device();
        Path file = root.resolve("file");
        mounter().bindBlock(device, file, false);
        assertFails(FailureKind.UNSUPPORTED, () -> mounter().usage(file));
        assertFails(FailureKind.BACKEND_FAULT, () -> fixture.fileSystems().grow(device, fixture.fsType(), target));
    }
}
