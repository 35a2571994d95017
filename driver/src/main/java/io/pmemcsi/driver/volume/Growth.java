// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.state.VolumeRecord;

/** Grows the device of a volume whose lease the caller holds. */
final class Growth {
    private final DeviceManager devices;
    private final Volumes volumes;

    Growth(DeviceManager devices, Volumes volumes) {
        this.devices = devices;
        this.volumes = volumes;
    }

    /** The volume's record after growing; unchanged when it is large enough. */
    VolumeRecord grow(VolumeRecord volume, SizeRange size) {
        size.limit().filter(limit -> limit.isBelow(volume.size())).ifPresent(limit -> {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "capacity_range: limit_bytes " + limit + " is below the size " + volume.size() + " of volume "
                            + volume.id() + "; volumes never shrink");
        });
        volumes.device(volume);
        if (!size.required().isAbove(volume.size())) {
            return volume;
        }
        DeviceRequest request =
                new DeviceRequest(size, ByteSize.ZERO, volume.traits().usage());
        Device device = devices.expand(volume.id(), request);
        return volumes.save(volume.resized(device.size()));
    }
}
