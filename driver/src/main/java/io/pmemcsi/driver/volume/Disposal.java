// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.util.Optional;

/** The two ways in which a volume ends. The caller holds its lease. */
final class Disposal {
    private final VolumeStore store;
    private final DeviceManager devices;
    private final Eraser eraser;

    Disposal(VolumeStore store, DeviceManager devices, Eraser eraser) {
        this.store = store;
        this.devices = devices;
        this.eraser = eraser;
    }

    /**
     * Takes a volume that had users out of reach and leaves its device to the eraser.
     *
     * <p>The record says DELETING before the device is touched: if the process dies in between, the next start quarantines
     * and erases. A device that is still held keeps its volume.
     *
     * @throws StorageException of kind IN_USE when the device is mounted or otherwise held; the volume stays as it is
     */
    void delete(VolumeRecord volume) {
        VolumeRecord unused = volume.staged(Optional.empty());
        for (Publication publication : volume.publications()) {
            unused = unused.unpublished(publication.target());
        }
        try {
            store.save(unused.deleting());
            devices.quarantine(volume.id());
        } catch (RuntimeException e) {
            keep(volume, e);
            throw e;
        }
        eraser.submit(volume.id());
    }

    /** If even this fails, the volume is deleted as soon as nobody holds its device any more. */
    private void keep(VolumeRecord volume, RuntimeException cause) {
        try {
            store.save(volume);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            eraser.submit(volume.id());
        }
    }

    /** Removes at once what never had a user: there is nothing to erase. */
    void discard(VolumeId id) {
        devices.quarantine(id);
        devices.remove(id);
        store.remove(id);
    }
}
