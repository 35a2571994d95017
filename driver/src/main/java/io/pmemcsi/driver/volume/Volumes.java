// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.util.Optional;

/** Looks volumes up for the use cases. Safe for concurrent use. */
final class Volumes {
    private final VolumeStore store;
    private final DeviceManager devices;

    Volumes(VolumeStore store, DeviceManager devices) {
        this.store = store;
        this.devices = devices;
    }

    /** The volume if it exists for callers: not half-made and not deleted. */
    Optional<VolumeRecord> find(VolumeId id) {
        return store.find(id).filter(VolumeRecord::isReady);
    }

    /** @throws StorageException of kind NOT_FOUND */
    VolumeRecord require(VolumeId id) {
        return find(id).orElseThrow(() -> unknown(id.value()));
    }

    /** The volume if it exists and is persistent: the derived id of an inline volume is no name for it. */
    Optional<VolumeRecord> findPersistent(VolumeId id) {
        return find(id).filter(volume -> volume.lifecycle() == Lifecycle.PERSISTENT);
    }

    /**
     * The volume if it exists and is persistent.
     *
     * @throws StorageException of kind NOT_FOUND, also for the derived id of an inline volume
     */
    VolumeRecord requirePersistent(VolumeId id) {
        return findPersistent(id).orElseThrow(() -> unknown(id.value()));
    }

    static StorageException unknown(String id) {
        return new StorageException(
                FailureKind.NOT_FOUND, "volume_id: there is no volume " + Quoted.text(id) + " on this node");
    }

    /** @throws StorageException of kind BACKEND_FAULT when the volume exists but its device is gone, or smaller than it was */
    Device device(VolumeRecord volume) {
        Device device = devices.find(volume.id())
                .orElseThrow(() -> new StorageException(
                        FailureKind.BACKEND_FAULT,
                        "the device of volume " + volume.id()
                                + " is gone; it is not made anew because its data is lost"));
        if (hasShrunk(volume, device)) {
            throw new StorageException(FailureKind.BACKEND_FAULT, shrunk(volume, device));
        }
        return device;
    }

    static boolean hasShrunk(VolumeRecord volume, Device device) {
        return device.size().isBelow(volume.size());
    }

    static String shrunk(VolumeRecord volume, Device device) {
        return "the device of volume " + volume.id() + " has " + device.size() + ", but " + volume.size()
                + " are recorded: what was behind its end is lost, and it is not used";
    }

    /**
     * Keeps a new volume from taking over, or its failure from removing, a device whose record was lost.
     *
     * @throws StorageException of kind EXISTS_DIFFERENTLY when there is a device but was no record at the last start
     */
    void refuseForeign(VolumeId id) {
        if (devices.find(id).isPresent()) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "name: a device of volume " + id + " exists without a record; a restart of the driver adopts it");
        }
    }

    VolumeRecord save(VolumeRecord volume) {
        store.save(volume);
        return volume;
    }

    /** Takes an intent back after a failure; if this fails too, the intent stays for the next call or start to find. */
    void restore(VolumeRecord before, RuntimeException cause) {
        try {
            store.save(before);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
