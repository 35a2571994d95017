// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeTraits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CSI ephemeral inline volumes: publishing makes, formats and mounts one, unpublishing deletes it. Safe for concurrent
 * use; every method may be repeated after any failure.
 */
public final class InlineVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(InlineVolumes.class);

    private final VolumeStore store;
    private final DeviceManager devices;
    private final Mounter mounter;
    private final KeyedLease leases;
    private final Disposal disposal;
    private final Volumes volumes;
    private final FileSystemMounts mounts;
    private final Optional<ByteSize> largest;
    private final InstantSource clock;

    /**
     * Makes the use case.
     *
     * @param largest the admin's bound for the size of an inline volume, which any author of a pod may choose
     */
    public InlineVolumes(
            VolumeStore store,
            DeviceManager devices,
            Mounter mounter,
            FileSystems fileSystems,
            KeyedLease leases,
            Eraser eraser,
            Optional<ByteSize> largest,
            InstantSource clock) {
        this.store = store;
        this.devices = devices;
        this.mounter = mounter;
        this.leases = leases;
        this.disposal = new Disposal(store, devices, eraser);
        this.volumes = new Volumes(store, devices);
        this.mounts = new FileSystemMounts(volumes, mounter, fileSystems);
        this.largest = largest;
        this.clock = clock;
    }

    /**
     * Makes, formats and mounts an inline volume, or finds that this was done already.
     *
     * @throws StorageException of kind INVALID_REQUEST, SIZE_UNSUPPORTED, OUT_OF_SPACE, EXISTS_DIFFERENTLY, IN_USE
     *     (something is mounted at the target), NOT_READY (DAX required and not active) or BUSY; no volume is left behind
     */
    public void publish(InlineRequest request) {
        VolumeTraits traits = TraitsRules.traits(request.wish(), devices.traits());
        SizeRange size = SizeRange.atLeast(InlineRules.size(request.wish(), largest));
        TraitsRules.checkSize(size, traits);
        VolumeId id = VolumeId.ofInlineHandle(request.handle());
        try (var _ = leases.take(id)) {
            undoInterrupted(id);
            Path target = request.publication().target();
            boolean mounted = mounter.find(target).isPresent();
            Optional<VolumeRecord> found = volumes.find(id);
            if (found.isPresent()) {
                InlineRules.checkSame(found.get(), size, traits, request.publication());
                if (!mounted) {
                    remount(found.get(), request);
                }
                return;
            }
            if (mounted) {
                throw PublishRules.occupied("target_path", target);
            }
            refuseErasing(id);
            VolumeRecord intent =
                    VolumeRecord.creating(id, request.handle(), Lifecycle.EPHEMERAL, traits, clock.instant());
            make(intent.published(request.publication()), size, request);
        }
    }

    /** Only a volume that is DELETING can be there when {@link #publish} asks. */
    private void refuseErasing(VolumeId id) {
        store.find(id).ifPresent(left -> {
            throw new StorageException(
                    FailureKind.BUSY, "the inline volume " + id + " is still being erased; repeat the call later");
        });
    }

    /** A volume that an earlier call could neither finish nor undo. */
    private void undoInterrupted(VolumeId id) {
        store.find(id).filter(left -> left.state() == VolumeState.CREATING).ifPresent(this::undo);
    }

    /** A volume that is there but not mounted: the node was restarted, or an earlier call was cut off. */
    private void remount(VolumeRecord volume, InlineRequest request) {
        VolumeRecord intent = volumes.save(volume.published(request.publication()));
        mounts.mount(
                intent,
                volumes.device(intent),
                flags(request),
                request.publication().target());
    }

    /** The volume stays CREATING, which the next start undoes, until all is done that its caller is told. */
    private void make(VolumeRecord intent, SizeRange size, InlineRequest request) {
        volumes.refuseForeign(intent.id());
        store.save(intent);
        try {
            Device device = devices.create(
                    intent.id(),
                    new DeviceRequest(
                            size,
                            TraitsRules.minimum(intent.traits()),
                            intent.traits().usage()));
            VolumeRecord formatted = mounts.formatted(intent.resized(device.size()), device);
            Path target = request.publication().target();
            VolumeRecord mounted = mounts.mount(formatted, device, flags(request), target);
            volumes.save(mounted.ready(device.size()));
        } catch (RuntimeException e) {
            undo(intent, e);
            throw e;
        }
    }

    private static MountFlags flags(InlineRequest request) {
        return request.publication().readOnly() ? request.flags().readOnly() : request.flags();
    }

    /** What cannot be undone now is undone by the next call for this volume or at the next start. */
    private void undo(VolumeRecord intent, RuntimeException cause) {
        try {
            undo(intent);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Ends a volume that is CREATING. Nobody was told that it exists and no pod has seen it, so there is nothing to
     * erase. The caller makes sure that nobody else works on it.
     */
    void undo(VolumeRecord intent) {
        for (Publication publication : intent.publications()) {
            if (mounter.find(publication.target()).isPresent()) {
                hide(publication.target());
            }
        }
        disposal.discard(intent.id());
    }

    private void hide(Path target) {
        mounter.unmount(target);
        mounter.removeTarget(target);
    }

    /**
     * Unmounts and deletes the inline volume. Does nothing when it does not exist.
     *
     * @throws StorageException of kind IN_USE when a process still uses it or something else is mounted at the target
     */
    public void unpublish(String handle, Path target) {
        VolumeId id = VolumeId.ofInlineHandle(handle);
        try (var _ = leases.take(id)) {
            undoInterrupted(id);
            Optional<VolumeRecord> found = volumes.find(id);
            if (found.flatMap(volume -> volume.publicationAt(target)).isEmpty()) {
                mounter.find(target).ifPresent(other -> {
                    throw PublishRules.occupied("target_path", target);
                });
                return;
            }
            remove(found.get());
        }
    }

    /** Whether the directory that held the target of this inline volume is gone, and with it the pod. */
    boolean isAbandoned(VolumeRecord volume) {
        return volume.publications().stream().map(Publication::target).noneMatch(mounter::parentExists);
    }

    /** Ends an inline volume whose pod is gone. The caller makes sure that nobody else works on it. */
    void collect(VolumeRecord volume) {
        LOG.atInfo().addKeyValue("volume", volume.id()).log("its pod is gone; the inline volume is deleted");
        disposal.delete(volume);
    }

    private void remove(VolumeRecord volume) {
        for (Publication publication : volume.publications()) {
            hide(publication.target());
        }
        disposal.delete(volume);
    }
}
