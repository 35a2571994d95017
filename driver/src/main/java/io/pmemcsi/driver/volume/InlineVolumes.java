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
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeTraits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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
    private final Undo undo;
    private final Places places;
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
            Ports ports, KeyedLease leases, Eraser eraser, Optional<ByteSize> largest, InstantSource clock) {
        this.store = ports.store();
        this.devices = ports.devices();
        this.mounter = ports.mounter();
        this.leases = leases;
        this.disposal = new Disposal(store, devices, eraser);
        this.undo = new Undo(disposal, devices, mounter);
        this.places = new Places(devices, mounter);
        this.volumes = new Volumes(store, devices);
        this.mounts = new FileSystemMounts(volumes, mounter, ports.fileSystems());
        this.largest = largest;
        this.clock = clock;
    }

    /**
     * Makes, formats and mounts an inline volume, or finds that this was done already.
     *
     * @throws StorageException of kind INVALID_REQUEST, NOT_FOUND (the directory above the target is absent), UNSUPPORTED,
     *     SIZE_UNSUPPORTED, OUT_OF_SPACE, EXISTS_DIFFERENTLY, IN_USE (something else is mounted at the target), NOT_READY
     *     (DAX required and not active; a tool, a file system of the kernel or a capability missing), BUSY or
     *     BACKEND_FAULT. A volume that this call has made is undone, by the next call or start if that fails now.
     */
    public void publish(InlineRequest request) {
        VolumeTraits traits = TraitsRules.traits(request.wish(), devices.traits());
        SizeRange size = SizeRange.atLeast(InlineRules.size(request.wish(), largest));
        TraitsRules.checkSize("volume_context[size]", size, traits);
        VolumeId id = VolumeId.ofInlineHandle(request.handle());
        Publication wanted = request.publication().withFlags(request.flags().texts());
        try (var _ = leases.take(id)) {
            undoInterrupted(id);
            Optional<VolumeRecord> found = volumes.find(id);
            if (found.isPresent()) {
                InlineRules.checkSame(found.get(), size, traits, wanted);
                mountAgain(found.get().published(wanted), request);
                return;
            }
            requireNothing(wanted.target());
            refuseErasing(id);
            VolumeRecord intent =
                    VolumeRecord.creating(id, request.handle(), Lifecycle.EPHEMERAL, traits, clock.instant());
            make(intent.published(wanted), size, request);
        }
    }

    private void requireNothing(Path target) {
        if (mounter.find(target).isPresent()) {
            throw PublishRules.occupied("target_path", target);
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
        store.find(id).filter(left -> left.state() == VolumeState.CREATING).ifPresent(undo::undo);
    }

    /** When the volume is there but not mounted, the node was restarted, or an earlier call was cut off. */
    private void mountAgain(VolumeRecord intent, InlineRequest request) {
        Path target = request.publication().target();
        switch (places.at(intent, target)) {
            case THIS -> {}
            case OTHER -> throw PublishRules.occupied("target_path", target);
            case NOTHING -> mounts.mount(volumes.save(intent), volumes.device(intent), flags(request), target);
        }
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
            undo.undo(intent, e);
            throw e;
        }
    }

    private static MountFlags flags(InlineRequest request) {
        return request.publication().readOnly() ? request.flags().readOnly() : request.flags();
    }

    /**
     * Unmounts and deletes the inline volume, whether its record still knows the target or not. Does nothing when it does
     * not exist.
     *
     * @throws StorageException of kind INVALID_REQUEST, IN_USE (a process still uses it, or something else is mounted at
     *     the target), BUSY or BACKEND_FAULT
     */
    public void unpublish(String handle, Path target) {
        VolumeId id = VolumeId.ofInlineHandle(handle);
        try (var _ = leases.take(id)) {
            undoInterrupted(id);
            Optional<VolumeRecord> found = volumes.find(id);
            if (found.isEmpty()) {
                requireNothing(target);
            } else if (isAt(found.get(), target)) {
                places.hide(found.get(), target);
                found.get().publications().forEach(other -> places.hide(found.get(), other.target()));
                disposal.delete(found.get());
            }
        }
    }

    private boolean isAt(VolumeRecord volume, Path target) {
        return volume.publicationAt(target).isPresent() || places.at(volume, target) != Occupant.NOTHING;
    }

    /**
     * Whether the directory that held the target of this inline volume is gone, and with it the pod. Nobody can tell while
     * the kubelet's own directory is missing: then it was not mounted yet, or the driver was started with another one.
     */
    boolean isAbandoned(VolumeRecord volume) {
        List<Path> targets =
                volume.publications().stream().map(Publication::target).toList();
        if (!targets.stream().allMatch(mounter::rootExists)) {
            LOG.atWarn()
                    .addKeyValue("volume", volume.id())
                    .log("the kubelet's directory is missing; the inline volume is kept");
            return false;
        }
        return targets.stream().noneMatch(mounter::parentExists);
    }

    /**
     * Ends the inline volumes whose pod is gone and which the kubelet will not end: those whose directory is gone, and, if
     * {@code settled}, those that it has lost and not published again. One that is mounted anywhere is left alone.
     *
     * @param settled whether the kubelet has had the time to publish again, after a reboot, what its pods still use
     */
    public void collectAbandoned(boolean settled) {
        for (VolumeRecord volume : store.all()) {
            try {
                // A call for a volume in use must not be refused because it is looked at here.
                if (isLeftBehind(volume, settled)) {
                    collectIfLeftBehind(volume.id(), settled);
                }
            } catch (StorageException e) {
                LOG.atDebug().addKeyValue("volume", volume.id()).setCause(e).log("not collected now");
            }
        }
    }

    /** What cannot be decided or done now is tried the next time. */
    private void collectIfLeftBehind(VolumeId id, boolean settled) {
        try (var _ = leases.take(id)) {
            store.find(id).filter(volume -> isLeftBehind(volume, settled)).ifPresent(this::collect);
        }
    }

    private boolean isLeftBehind(VolumeRecord volume, boolean settled) {
        return volume.lifecycle() == Lifecycle.EPHEMERAL
                && volume.isReady()
                && !volume.publications().isEmpty()
                && isMountedNowhere(volume)
                && (isAbandoned(volume) || (settled && isLost(volume)));
    }

    private boolean isMountedNowhere(VolumeRecord volume) {
        return volume.publications().stream()
                .allMatch(publication -> places.at(volume, publication.target()) == Occupant.NOTHING);
    }

    private boolean isLost(VolumeRecord volume) {
        return volume.publications().stream().map(Publication::target).allMatch(mounter::isLostByKubelet);
    }

    /** Ends an inline volume whose pod is gone. The caller makes sure that nobody else works on it. */
    void collect(VolumeRecord volume) {
        LOG.atInfo().addKeyValue("volume", volume.id()).log("its pod is gone; the inline volume is deleted");
        disposal.delete(volume);
    }
}
