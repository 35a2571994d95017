// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings persistent volumes to pods: stage (format, mount once for the node) and publish (show at a pod's path), and
 * back. Where a volume is going to be mounted is recorded before it is mounted, and forgotten after it is unmounted, so
 * that after a crash nothing is mounted that no record knows. Safe for concurrent use; every method may be repeated.
 */
public final class Publishing {
    private final KeyedLease leases;
    private final Volumes volumes;
    private final Mounter mounter;
    private final FileSystems fileSystems;
    private final FileSystemMounts mounts;
    private final Growth growth;

    public Publishing(
            VolumeStore store, DeviceManager devices, Mounter mounter, FileSystems fileSystems, KeyedLease leases) {
        this.leases = leases;
        this.volumes = new Volumes(store, devices);
        this.mounter = mounter;
        this.fileSystems = fileSystems;
        this.mounts = new FileSystemMounts(volumes, mounter, fileSystems);
        this.growth = new Growth(devices, volumes);
    }

    /**
     * Makes a volume ready for use on this node: formats it if that was never completed, and mounts it once.
     *
     * @throws StorageException of kind NOT_FOUND, UNSUPPORTED (not that access type or file system), IN_USE (staged at
     *     another path, or something else is mounted at this one), NOT_READY (DAX required and not active) or BUSY
     */
    public void stage(StageRequest request) {
        try (var _ = leases.take(request.id())) {
            VolumeRecord volume = volumes.requirePersistent(request.id());
            PublishRules.checkAccess(volume, request.access(), request.fsType());
            PublishRules.checkStagingIsFree(volume, request.staging());
            Device device = volumes.device(volume);
            boolean mounted = mounter.find(request.staging()).isPresent();
            if (volume.staging().isPresent() && (mounted || request.access() == AccessType.BLOCK)) {
                return;
            }
            if (mounted) {
                throw PublishRules.occupied("staging_target_path", request.staging());
            }
            stage(volume, device, request);
        }
    }

    private void stage(VolumeRecord volume, Device device, StageRequest request) {
        if (request.access() == AccessType.BLOCK) {
            volumes.save(volume.staged(Optional.of(request.staging())));
            return;
        }
        VolumeRecord intent = mounts.formatted(volume, device).staged(Optional.of(request.staging()));
        volumes.save(intent);
        try {
            mounts.mount(intent, device, request.flags(), request.staging());
        } catch (RuntimeException e) {
            forget(intent.staged(Optional.empty()), e);
            throw e;
        }
    }

    /** If this fails as well, the intent stays until the caller takes it back or the driver starts again. */
    private void forget(VolumeRecord withoutIntent, RuntimeException cause) {
        try {
            volumes.save(withoutIntent);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Unmounts the volume from its staging path. Does nothing when it is not staged there or does not exist.
     *
     * @throws StorageException of kind IN_USE while it is published, or a process still uses it
     */
    public void unstage(VolumeId id, Path staging) {
        try (var _ = leases.take(id)) {
            volumes.findPersistent(id)
                    .filter(volume -> volume.staging().equals(Optional.of(staging)))
                    .ifPresent(volume -> {
                        PublishRules.checkUnpublished(volume);
                        mounter.unmount(staging);
                        volumes.save(volume.staged(Optional.empty()));
                    });
        }
    }

    /**
     * Shows a staged volume to a pod.
     *
     * @throws StorageException of kind NOT_FOUND, UNSUPPORTED (not that access type, file system, or a second target for
     *     a single writer), IN_USE (not staged there, or something else is mounted at the target), EXISTS_DIFFERENTLY
     *     (published there in another way) or BUSY
     */
    public void publish(PublishRequest request) {
        try (var _ = leases.take(request.id())) {
            VolumeRecord volume = volumes.requirePersistent(request.id());
            PublishRules.checkAccess(volume, request.access(), request.fsType());
            PublishRules.checkStagedAt(volume, request.staging());
            Publication wanted = request.publication();
            PublishRules.checkSharing(volume, wanted);
            boolean mounted = mounter.find(wanted.target()).isPresent();
            boolean known = volume.publicationAt(wanted.target()).isPresent();
            if (mounted && !known) {
                throw PublishRules.occupied("target_path", wanted.target());
            }
            if (!mounted) {
                show(volumes.save(volume.published(wanted)), request);
            }
        }
    }

    private void show(VolumeRecord intent, PublishRequest request) {
        Publication publication = request.publication();
        try {
            if (request.access() == AccessType.BLOCK) {
                mounter.bindBlock(volumes.device(intent), publication.target(), publication.readOnly());
            } else {
                var flags = publication.readOnly() ? request.flags().readOnly() : request.flags();
                mounter.bind(request.staging(), publication.target(), flags);
            }
        } catch (RuntimeException e) {
            forget(intent.unpublished(publication.target()), e);
            throw e;
        }
    }

    /**
     * Takes the volume away from a pod and removes the target. Does nothing when it is not published there or does not
     * exist.
     *
     * @throws StorageException of kind IN_USE when a process still uses it, or when something is mounted at the target
     *     that is not this volume
     */
    public void unpublish(VolumeId id, Path target) {
        try (var _ = leases.take(id)) {
            Optional<VolumeRecord> volume = volumes.findPersistent(id);
            if (volume.flatMap(known -> known.publicationAt(target)).isEmpty()) {
                mounter.find(target).ifPresent(other -> {
                    throw PublishRules.occupied("target_path", target);
                });
                return;
            }
            mounter.unmount(target);
            mounter.removeTarget(target);
            volumes.save(volume.get().unpublished(target));
        }
    }

    /**
     * Grows a published or staged volume to the size of the request (its device too, if that has not happened) and its
     * file system to the size of the device.
     *
     * @param path one of the paths where the volume is staged or published
     */
    public VolumeRecord growFileSystem(VolumeId id, Path path, SizeRange size) {
        try (var _ = leases.take(id)) {
            VolumeRecord volume = volumes.requirePersistent(id);
            PublishRules.checkVisibleAt(volume, path);
            VolumeRecord grown = growth.grow(volume, size);
            if (grown.traits().access() == AccessType.MOUNT) {
                fileSystems.grow(volumes.device(grown), grown.traits().fsType(), path);
            }
            return grown;
        }
    }
}
