// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.lvm.LogicalVolumeInfo;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A logical volume of the driver, as LVM has last described it.
 *
 * @param id the volume it holds, which is its name
 * @param info what LVM said
 * @param quarantined whether it has been taken out of use
 */
record LogicalVolume(VolumeId id, LogicalVolumeInfo info, boolean quarantined) {
    private static final int SECTOR = 512;
    private static final Path NUMBERS = Path.of("/sys/dev/block");

    LogicalVolume asQuarantined() {
        return new LogicalVolume(id, info, true);
    }

    LogicalVolume with(LogicalVolumeInfo newInfo) {
        return new LogicalVolume(id, newInfo, quarantined);
    }

    /**
     * The device, if the one with the number that LVM gave still is this logical volume: device-mapper says so by the UUID
     * ({@code /sys/dev/block/<number>/dm/uuid}), because numbers are used again.
     */
    Optional<Device> device() {
        return info.device()
                .filter(this::isThis)
                .flatMap(number -> node(number).flatMap(path -> size(number).map(size -> new Device(id, size, path))));
    }

    /** As the kernel sees it now ({@code size} in sysfs counts sectors of 512 bytes): others may have changed it with LVM. */
    private static Optional<ByteSize> size(DeviceNumber number) {
        try {
            String sectors = Files.readString(NUMBERS.resolve(number + "/size")).strip();
            return Optional.of(ByteSize.of(Long.parseLong(sectors) * SECTOR));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean isThis(DeviceNumber number) {
        try {
            String uuid = Files.readString(NUMBERS.resolve(number + "/dm/uuid")).strip();
            return uuid.equals(info.deviceMapperUuid());
        } catch (IOException e) {
            return false;
        }
    }

    /** The kernel's own name for it, such as {@code /dev/dm-0}: that node exists without udev. */
    private Optional<Path> node(DeviceNumber number) {
        try {
            Path name =
                    Files.readSymbolicLink(NUMBERS.resolve(number.toString())).getFileName();
            return Optional.ofNullable(name).map(Path.of("/dev")::resolve).filter(Files::exists);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
