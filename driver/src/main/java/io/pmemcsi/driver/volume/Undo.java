// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which a creation is undone, whoever finds it interrupted. A volume that is CREATING is known to nobody
 * and no pod has seen it, so there is nothing to erase. The caller makes sure that nobody else works on it.
 */
final class Undo {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Disposal disposal;
    private final Places places;
    private final Mounter mounter;

    Undo(Disposal disposal, DeviceManager devices, Mounter mounter) {
        this.disposal = disposal;
        this.places = new Places(devices, mounter);
        this.mounter = mounter;
    }

    /**
     * Undoes what an earlier call or process has left: unmounts the volume, removes its targets, its device and last its
     * record. May be repeated after any failure.
     *
     * @throws StorageException of kind IN_USE when a process still uses it
     */
    void undo(VolumeRecord creating) {
        for (Publication publication : creating.publications()) {
            unmount(creating, publication.target());
            removeIfPossible(creating, publication.target());
        }
        disposal.discard(creating.id());
    }

    /**
     * The same after a failure that the caller of this method reports. A target where the volume is not mounted is left as
     * it is: the mounter has removed what it has made. What fails here is repeated by the next call or start.
     */
    void undo(VolumeRecord creating, RuntimeException cause) {
        try {
            for (Publication publication : creating.publications()) {
                if (unmount(creating, publication.target())) {
                    removeIfPossible(creating, publication.target());
                }
            }
            disposal.discard(creating.id());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Whether the volume was mounted there. */
    private boolean unmount(VolumeRecord creating, Path target) {
        boolean mounted = places.at(creating, target) == Occupant.THIS;
        if (mounted) {
            mounter.unmount(target);
        }
        return mounted;
    }

    /** A stranger's mount or file that is there is not this volume's and does not keep it. */
    private void removeIfPossible(VolumeRecord creating, Path target) {
        try {
            mounter.removeTarget(target);
        } catch (StorageException e) {
            LOG.atWarn().addKeyValue("volume", creating.id()).log("the target stays: {}", e.text());
        }
    }
}
