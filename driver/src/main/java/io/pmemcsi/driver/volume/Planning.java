// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.state.VolumeTraits;

/** Says what {@link Provisioning#provision} would make, by the same rules, and changes nothing. Safe for concurrent use. */
public final class Planning {
    private final DeviceManager devices;
    private final FileSystems fileSystems;

    public Planning(DeviceManager devices, FileSystems fileSystems) {
        this.devices = devices;
        this.fileSystems = fileSystems;
    }

    /**
     * The volume that would be made. Whether there is room for it now, its {@link SizePlan#largest()} says.
     *
     * @throws StorageException of kind INVALID_REQUEST or SIZE_UNSUPPORTED as for making it, or OUT_OF_SPACE when the node has
     *     no memory for volumes at all
     */
    public VolumePlan plan(SizeRange size, VolumeWish wish) {
        VolumeTraits traits = TraitsRules.traits(wish, devices.traits());
        TraitsRules.checkSize(size, traits);
        ByteSize minimum = TraitsRules.minimum(traits);
        SizePlan sizes = devices.plan(new DeviceRequest(size, minimum, traits.usage()));
        ByteSize usable = traits.access() == AccessType.MOUNT
                ? fileSystems.expectedSpace(traits.fsType(), sizes.device())
                : sizes.device();
        return new VolumePlan(devices.traits().mode(), traits, minimum, sizes, usable);
    }
}
