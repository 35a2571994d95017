// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is mounted where, and how a volume leaves a place. The caller holds the volume's lease. */
final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    private final DeviceManager devices;
    private final Mounter mounter;

    Places(DeviceManager devices, Mounter mounter) {
        this.devices = devices;
        this.mounter = mounter;
    }

    /**
     * Whether it is the volume that is mounted at {@code path}. When its device is gone, or cannot be used, there is nothing to
     * compare with: then what is mounted where the record says is taken to be the volume, so that its client can still take it
     * down. Not so for one that is CREATING: its device may never have been made.
     */
    Occupant at(VolumeRecord volume, Path path) {
        return device(volume).map(device -> mounter.find(path, device)).orElseGet(() -> withoutDevice(volume, path));
    }

    private Optional<Device> device(VolumeRecord volume) {
        try {
            return devices.find(volume.id());
        } catch (StorageException e) {
            if (e.kind() != FailureKind.BACKEND_FAULT) {
                throw e;
            }
            LOG.atWarn().addKeyValue("volume", volume.id()).log("{}: its record tells where it is mounted", e.text());
            return Optional.empty();
        }
    }

    private Occupant withoutDevice(VolumeRecord volume, Path path) {
        if (mounter.find(path).isEmpty()) {
            return Occupant.NOTHING;
        }
        boolean recorded = volume.staging().equals(Optional.of(path))
                || volume.publicationAt(path).isPresent();
        return recorded && volume.isReady() ? Occupant.THIS : Occupant.OTHER;
    }

    /**
     * Takes the volume away from a target, and the target too.
     *
     * @throws StorageException of kind IN_USE when a process still uses it, or when a stranger is mounted there
     */
    void hide(VolumeRecord volume, Path target) {
        switch (at(volume, target)) {
            case OTHER -> throw PublishRules.occupied("target_path", target);
            case THIS -> mounter.unmount(target);
            case NOTHING -> {}
        }
        mounter.removeTarget(target);
    }
}
