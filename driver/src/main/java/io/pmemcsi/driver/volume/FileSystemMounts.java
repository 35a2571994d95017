// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;

/** Formats once, then mounts. The caller holds the volume's lease and has recorded where it is going to be mounted. */
final class FileSystemMounts {
    private final Volumes volumes;
    private final Mounter mounter;
    private final FileSystems fileSystems;

    FileSystemMounts(Volumes volumes, Mounter mounter, FileSystems fileSystems) {
        this.volumes = volumes;
        this.mounter = mounter;
        this.fileSystems = fileSystems;
    }

    /**
     * Formats a volume whose record says that this was never completed; a volume whose record says that it was is never
     * formatted again, whatever is found on it.
     */
    VolumeRecord formatted(VolumeRecord volume, Device device) {
        if (volume.formatted()) {
            return volume;
        }
        fileSystems.format(device, volume.traits().fsType());
        return volumes.save(volume.asFormatted());
    }

    /** Mounts the volume and notes whether DAX is active. After a failure it is not mounted, unless it is held there. */
    VolumeRecord mount(VolumeRecord volume, Device device, MountFlags flags, Path target) {
        var traits = volume.traits();
        boolean dax = mounter.mount(new MountRequest(device, traits.fsType(), flags, traits.dax(), target));
        try {
            return volumes.save(volume.daxProven(dax));
        } catch (RuntimeException e) {
            unmount(target, e);
            throw e;
        }
    }

    private void unmount(Path target, RuntimeException cause) {
        try {
            mounter.unmount(target);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
