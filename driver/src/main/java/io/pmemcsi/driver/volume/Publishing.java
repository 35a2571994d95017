// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Shows staged volumes to pods, and takes them back. Where a volume is going to be mounted is recorded before it is
 * mounted, and forgotten after it is unmounted, so that after a crash nothing is mounted that no record knows. What is
 * mounted at a path counts only if it is this volume; a stranger's mount is never touched. Safe for concurrent use; every
 * method may be repeated. Each may also fail with BUSY, with BACKEND_FAULT, and with INVALID_REQUEST for a path outside
 * the directories of the mounter; those that make something there with NOT_FOUND when the directory above is absent.
 */
public final class Publishing {
    private final KeyedLease leases;
    private final Volumes volumes;
    private final Mounter mounter;
    private final FileSystems fileSystems;
    private final Places places;
    private final Stages stages;
    private final Growth growth;

    public Publishing(
            VolumeStore store, DeviceManager devices, Mounter mounter, FileSystems fileSystems, KeyedLease leases) {
        this.leases = leases;
        this.volumes = new Volumes(store, devices);
        this.mounter = mounter;
        this.fileSystems = fileSystems;
        this.places = new Places(devices, mounter);
        this.stages = new Stages(volumes, places, mounter, new FileSystemMounts(volumes, mounter, fileSystems));
        this.growth = new Growth(devices, volumes);
    }

    /**
     * Makes a volume ready for use on this node: formats it if that was never completed, and mounts it once.
     *
     * @throws StorageException of kind NOT_FOUND, EXISTS_DIFFERENTLY (staged there in another way), UNSUPPORTED (not that
     *     access type or file system), IN_USE (staged or mounted at another path, or something else is mounted at this
     *     one) or NOT_READY (DAX required and not active; a tool, a file system of the kernel or a capability missing)
     */
    public void stage(StageRequest request) {
        try (var _ = leases.take(request.id())) {
            stages.stage(volumes.requirePersistent(request.id()), request);
        }
    }

    /**
     * Unmounts the volume from its staging path. Does nothing when it is not staged there or does not exist.
     *
     * @throws StorageException of kind IN_USE while it is published, a process still uses it, or when something is mounted
     *     there that is not this volume
     */
    public void unstage(VolumeId id, Path staging) {
        try (var _ = leases.take(id)) {
            volumes.findPersistent(id).ifPresent(volume -> stages.unstage(volume, staging));
        }
    }

    /**
     * Shows a staged volume to a pod.
     *
     * @throws StorageException of kind NOT_FOUND, EXISTS_DIFFERENTLY (published there in another way), UNSUPPORTED (not
     *     that access type, file system, or a second target for a single writer), IN_USE (not staged there, or something
     *     is mounted at the target that is no publication of this volume) or NOT_READY (a capability is missing)
     */
    public void publish(PublishRequest request) {
        try (var _ = leases.take(request.id())) {
            VolumeRecord volume = volumes.requirePersistent(request.id());
            Publication wanted = request.publication().withFlags(request.flags().texts());
            Optional<Publication> known = volume.publicationAt(wanted.target());
            PublishRules.checkAccess(volume, request.access(), request.fsType(), known.isPresent());
            PublishRules.checkStagedAt(volume, request.staging());
            PublishRules.checkSharing(volume, wanted);
            Occupant there = places.at(volume, wanted.target());
            if (there == Occupant.NOTHING) {
                requireStaged(volume, request);
                show(volume, request, wanted);
            } else if (there == Occupant.OTHER || known.isEmpty()) {
                throw PublishRules.occupied("target_path", wanted.target());
            } else if (!known.get().equals(wanted)) {
                volumes.save(volume.published(wanted));
            }
        }
    }

    /** Something else that was mounted over the volume would be shown to the pod. */
    private void requireStaged(VolumeRecord volume, PublishRequest request) {
        if (request.access() == AccessType.MOUNT && places.at(volume, request.staging()) != Occupant.THIS) {
            throw PublishRules.notThere("staging_target_path", request.staging());
        }
    }

    private void show(VolumeRecord before, PublishRequest request, Publication wanted) {
        Device device = volumes.device(before);
        volumes.save(before.published(wanted));
        try {
            if (request.access() == AccessType.BLOCK) {
                mounter.bindBlock(device, wanted.target(), wanted.readOnly());
            } else {
                var flags = wanted.readOnly() ? request.flags().readOnly() : request.flags();
                mounter.bind(request.staging(), wanted.target(), flags);
            }
        } catch (RuntimeException e) {
            volumes.restore(before, e);
            throw e;
        }
    }

    /**
     * Takes the volume away from a pod and removes the target, whether a record of it is left or not. Does nothing when it
     * is not published there or does not exist.
     *
     * @throws StorageException of kind IN_USE when a process still uses it, or when something is mounted at the target
     *     that is not this volume, or is its staging
     */
    public void unpublish(VolumeId id, Path target) {
        try (var _ = leases.take(id)) {
            Optional<VolumeRecord> found = volumes.findPersistent(id);
            if (found.isEmpty()) {
                requireNothing(target);
            } else {
                unpublish(found.get(), target);
            }
        }
    }

    private void unpublish(VolumeRecord volume, Path target) {
        if (volume.publicationAt(target).isPresent()) {
            places.hide(volume, target);
            volumes.save(volume.unpublished(target));
        } else if (volume.staging().equals(Optional.of(target))) {
            requireNothing(target);
        } else if (places.at(volume, target) != Occupant.NOTHING) {
            places.hide(volume, target);
        }
    }

    private void requireNothing(Path target) {
        if (mounter.find(target).isPresent()) {
            throw PublishRules.occupied("target_path", target);
        }
    }

    /**
     * Grows a published or staged volume to the size of the request (its device too, if that has not happened) and its
     * file system to the size of the device.
     *
     * @param path one of the paths where the volume is staged or published
     * @throws StorageException of kind NOT_FOUND (also when the volume is not at the path), IN_USE (something else, or nothing, is
     *     mounted at the path), UNSUPPORTED or NOT_READY (no room for that size; a tool or a capability is missing)
     */
    public VolumeRecord growFileSystem(VolumeId id, Path path, SizeRange size) {
        try (var _ = leases.take(id)) {
            VolumeRecord volume = volumes.requirePersistent(id);
            PublishRules.checkVisibleAt(volume, path);
            if (volume.traits().access() == AccessType.MOUNT && places.at(volume, path) != Occupant.THIS) {
                throw PublishRules.notThere("volume_path", path);
            }
            VolumeRecord grown = grow(volume, size);
            if (grown.traits().access() == AccessType.MOUNT) {
                Device device = volumes.device(grown);
                fileSystems.grow(device, grown.traits().fsType(), path);
            }
            return grown;
        }
    }

    /**
     * What is too large is a state of the node here, FAILED_PRECONDITION, and no fault of the request: after any other failure the
     * kubelet does not start the next pod with the volume as it is (expandOnPlugin() in its node_expander.go). It sets no limit: what
     * is above one, or below the volume's size, is the request's.
     */
    private VolumeRecord grow(VolumeRecord volume, SizeRange size) {
        try {
            return growth.grow(volume, size);
        } catch (StorageException e) {
            boolean tooLarge =
                    e.kind() == FailureKind.SIZE_UNSUPPORTED && size.limit().isEmpty();
            if (tooLarge || e.kind() == FailureKind.OUT_OF_SPACE) {
                throw new StorageException(FailureKind.NOT_READY, e.text(), e);
            }
            throw e;
        }
    }
}
