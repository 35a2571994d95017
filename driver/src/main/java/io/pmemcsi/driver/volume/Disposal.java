// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.util.List;
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
     * <p>The device is quarantined first: if the process dies before the record says DELETING, the volume is simply
     * still there and the caller, who got no answer, repeats the call.
     */
    void delete(VolumeRecord volume) {
        devices.quarantine(volume.id());
        VolumeRecord unused = volume.staged(Optional.empty());
        for (var publication : List.copyOf(volume.publications())) {
            unused = unused.unpublished(publication.target());
        }
        store.save(unused.deleting());
        eraser.submit(volume.id());
    }

    /** Removes at once what never had a user: there is nothing to erase. */
    void discard(VolumeId id) {
        devices.quarantine(id);
        devices.remove(id);
        store.remove(id);
    }
}
