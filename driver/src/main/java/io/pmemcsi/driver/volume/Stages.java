// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.Optional;

/** The staging part of {@link Publishing}. The caller holds the volume's lease. */
final class Stages {
    private final Volumes volumes;
    private final Places places;
    private final Mounter mounter;
    private final FileSystemMounts mounts;

    Stages(Volumes volumes, Places places, Mounter mounter, FileSystemMounts mounts) {
        this.volumes = volumes;
        this.places = places;
        this.mounter = mounter;
        this.mounts = mounts;
    }

    void stage(VolumeRecord volume, StageRequest request) {
        boolean known = volume.staging().equals(Optional.of(request.staging()));
        PublishRules.checkAccess(volume, request.access(), request.fsType(), known);
        PublishRules.checkStagingIsFree(volume, request.staging());
        Device device = volumes.device(volume);
        Occupant there = places.at(volume, request.staging());
        if (there == Occupant.OTHER) {
            throw PublishRules.occupied("staging_target_path", request.staging());
        }
        Staging wanted =
                new Staging(request.staging(), Optional.of(request.flags().texts()));
        if (request.access() == AccessType.BLOCK) {
            stageBlock(volume, wanted);
        } else if (there == Occupant.NOTHING) {
            mount(volume, device, request, wanted);
        } else {
            confirm(volume, device, request, wanted);
        }
    }

    /** Nothing is mounted for raw block: the record is all there is. */
    private void stageBlock(VolumeRecord volume, Staging wanted) {
        if (volume.stagedAt().isEmpty()) {
            volumes.save(volume.staged(Optional.of(wanted)));
        }
    }

    private void mount(VolumeRecord volume, Device device, StageRequest request, Staging wanted) {
        VolumeRecord before = mounts.formatted(volume, device);
        VolumeRecord intent = volumes.save(before.staged(Optional.of(wanted)));
        try {
            mounts.mount(intent, device, request.flags(), wanted.path());
        } catch (RuntimeException e) {
            volumes.restore(before, e);
            throw e;
        }
    }

    /**
     * The volume is mounted there already. If the call that did it was cut off before it had recorded whether DAX is active,
     * or the record was lost, it is mounted anew, which proves DAX and brings the flags asked for. Not so while pods have it:
     * then the mount is taken as it is, and whether DAX is active stays unknown until the volume is staged the next time.
     */
    private void confirm(VolumeRecord volume, Device device, StageRequest request, Staging wanted) {
        PublishRules.checkStagedAlike(volume, wanted);
        boolean complete = volume.stagedAt().isPresent() && volume.daxActive().isPresent();
        if (!complete && mounter.mountsOf(device).size() == 1) {
            mounter.unmount(wanted.path());
            mount(volume, device, request, wanted);
        } else if (volume.stagedAt().isEmpty()) {
            volumes.save(volume.staged(Optional.of(new Staging(wanted.path(), Optional.empty()))));
        }
    }

    void unstage(VolumeRecord volume, Path staging) {
        boolean known = volume.staging().equals(Optional.of(staging));
        if (!known && volume.publicationAt(staging).isPresent()) {
            return;
        }
        Occupant there = places.at(volume, staging);
        if (!known && there != Occupant.THIS) {
            return;
        }
        PublishRules.checkUnpublished(volume);
        if (there == Occupant.OTHER) {
            throw PublishRules.occupied("staging_target_path", staging);
        }
        mounter.unmount(staging);
        if (known) {
            volumes.save(volume.staged(Optional.empty()));
        }
    }
}
