// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeTraits;
import java.time.InstantSource;
import java.util.Optional;

/** Makes, grows and deletes persistent volumes. Safe for concurrent use. Every method may be repeated after any failure. */
public final class Provisioning {
    private final VolumeStore store;
    private final DeviceManager devices;
    private final KeyedLease leases;
    private final Disposal disposal;
    private final Volumes volumes;
    private final InstantSource clock;

    public Provisioning(
            VolumeStore store, DeviceManager devices, KeyedLease leases, Eraser eraser, InstantSource clock) {
        this.store = store;
        this.devices = devices;
        this.leases = leases;
        this.disposal = new Disposal(store, devices, eraser);
        this.volumes = new Volumes(store, devices);
        this.clock = clock;
    }

    /**
     * Makes the volume called {@code name}, or returns the one that is there.
     *
     * @throws StorageException of kind INVALID_REQUEST, SIZE_UNSUPPORTED, OUT_OF_SPACE, EXISTS_DIFFERENTLY or, while an
     *     earlier volume of that name is still being erased or another call is under way, BUSY
     */
    public VolumeRecord provision(String name, SizeRange size, VolumeWish wish) {
        VolumeTraits traits = TraitsRules.traits(wish, devices.traits());
        TraitsRules.checkSize(size, traits);
        VolumeId id = VolumeId.ofName(name);
        try (var _ = leases.take(id)) {
            Optional<VolumeRecord> found = store.find(id);
            if (found.isEmpty()) {
                return make(VolumeRecord.creating(id, name, Lifecycle.PERSISTENT, traits, clock.instant()), size);
            }
            return switch (found.get().state()) {
                case READY -> sameOrRefused(found.get(), name, size, traits);
                case DELETING -> throw stillErasing(found.get());
                case CREATING -> {
                    disposal.discard(id);
                    yield make(VolumeRecord.creating(id, name, Lifecycle.PERSISTENT, traits, clock.instant()), size);
                }
            };
        }
    }

    private VolumeRecord make(VolumeRecord intent, SizeRange size) {
        volumes.refuseForeign(intent.id());
        store.save(intent);
        try {
            DeviceRequest request = new DeviceRequest(
                    size, TraitsRules.minimum(intent.traits()), intent.traits().usage());
            Device device = devices.create(intent.id(), request);
            return volumes.save(intent.ready(device.size()));
        } catch (RuntimeException e) {
            undo(intent.id(), e);
            throw e;
        }
    }

    /** If this fails as well, the record stays CREATING, for the next call or the next start to undo. */
    private void undo(VolumeId id, RuntimeException cause) {
        try {
            disposal.discard(id);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static VolumeRecord sameOrRefused(VolumeRecord found, String name, SizeRange size, VolumeTraits traits) {
        return switch (ExistingVolume.compare(found, size, traits)) {
            case ExistingVolume.Same() -> found;
            case ExistingVolume.Conflicting(String difference) ->
                throw new StorageException(
                        FailureKind.EXISTS_DIFFERENTLY,
                        "name: a volume " + Quoted.text(name) + " exists already, but " + difference);
        };
    }

    private static StorageException stillErasing(VolumeRecord volume) {
        return new StorageException(
                FailureKind.BUSY,
                "the deleted volume " + volume.id() + " of the same name is still being erased (" + volume.erased()
                        + " of " + volume.size().bytes() + " bytes); repeat the call later");
    }

    /**
     * Deletes a volume. Returns before its content is erased; its space becomes available after that. A volume that does
     * not exist, or is deleted already, is not an error.
     *
     * @throws StorageException of kind IN_USE while it is staged, published or otherwise held
     */
    public void delete(VolumeId id) {
        try (var _ = leases.take(id)) {
            store.find(id).ifPresent(this::delete);
        }
    }

    private void delete(VolumeRecord volume) {
        switch (volume.state()) {
            case CREATING -> disposal.discard(volume.id());
            case READY -> {
                refuseInUse(volume);
                disposal.delete(volume);
            }
            case DELETING -> {}
        }
    }

    private static void refuseInUse(VolumeRecord volume) {
        if (volume.isUsed() || volume.lifecycle() == Lifecycle.EPHEMERAL) {
            throw new StorageException(FailureKind.IN_USE, "volume " + volume.id() + " is in use: " + places(volume));
        }
    }

    private static String places(VolumeRecord volume) {
        String staged = volume.staging()
                .map(path -> "staged at " + Quoted.path(path) + " ")
                .orElse("");
        String published = volume.publications().isEmpty()
                ? ""
                : "published at " + Quoted.path(volume.publications().getFirst().target());
        String inline = volume.lifecycle() == Lifecycle.EPHEMERAL ? " (an inline volume ends with its pod)" : "";
        return (staged + published + inline).strip();
    }

    /**
     * Grows the device of a volume, whether it is in use or not. A file system on it is grown by
     * {@link Publishing#growFileSystem}.
     *
     * @throws StorageException of kind NOT_FOUND, SIZE_UNSUPPORTED, OUT_OF_SPACE or UNSUPPORTED
     */
    public VolumeRecord expand(VolumeId id, SizeRange size) {
        try (var _ = leases.take(id)) {
            return new Growth(devices, volumes).grow(volumes.requirePersistent(id), size);
        }
    }
}
