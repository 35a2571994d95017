// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A volume that has a namespace. Its monitor makes sure that nothing enables the namespace while it is being taken out of
 * use; {@link #isQuarantined} never waits. Safe for concurrent use.
 *
 * <p>Quarantine replaces the device by one of the whole namespace: the old device is gone for whoever looks for it, and what is
 * around the volume's data can be overwritten as well.
 */
final class DirectVolume {
    private static final long PAGE = 4096;

    private final VolumeId id;
    private final UUID uuid;
    private final Medium medium;
    private Optional<Shown> known = Optional.empty();
    private Optional<EraseLayout> layout = Optional.empty();
    /** How far this process has erased without a gap; whoever has enabled the namespace before may have written around its data. */
    private long erasedTo;

    private volatile boolean quarantined;

    /** A namespace with its device node, and what tells that the node still is this one's. */
    private record Shown(Namespace namespace, Path node, Optional<String> identity) {}

    DirectVolume(VolumeId id, UUID uuid, Medium medium) {
        this.id = id;
        this.uuid = uuid;
        this.medium = medium;
    }

    boolean isQuarantined() {
        return quarantined;
    }

    /** The device, enabled; empty when it is quarantined or its namespace is gone. */
    Optional<Device> device() {
        return quarantined ? Optional.empty() : enabled();
    }

    private synchronized Optional<Device> enabled() {
        if (quarantined) {
            return Optional.empty();
        }
        if (!isShown()) {
            known = during("enabling", () -> find().map(this::enable)).map(this::shown);
        }
        return known.map(shown -> new Device(
                id,
                ByteSize.of(shown.namespace().size()),
                RegionChoice.usage(shown.namespace().mode()),
                shown.node()));
    }

    /** A few bytes of sysfs tell whether the node still is what it was. */
    private boolean isShown() {
        return known.filter(shown ->
                        shown.identity().isPresent() && shown.identity().equals(medium.identity(shown.node())))
                .isPresent();
    }

    private Optional<Namespace> find() {
        return medium.namespaces().stream()
                .filter(namespace -> namespace.labelled() && namespace.uuid().equals(uuid))
                .findFirst();
    }

    private Namespace enable(Namespace namespace) {
        Namespace enabled = namespace.enabled() && !namespace.rawMode() ? namespace : medium.enable(namespace);
        if (!enabled.isStacked()) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT,
                    "the namespace " + enabled.device() + " of volume " + id
                            + " has lost the block that says where its data is; it is left as it is");
        }
        return enabled;
    }

    private Shown shown(Namespace namespace) {
        Path node = namespace
                .blockDevice()
                .orElseThrow(() -> new StorageException(
                        FailureKind.BACKEND_FAULT,
                        "the namespace " + namespace.device() + " of volume " + id + " (" + namespace.mode()
                                + ") has no block device"));
        return new Shown(namespace, node, medium.identity(node));
    }

    synchronized void quarantine() {
        if (quarantined) {
            return;
        }
        Optional<Namespace> namespace = during("looking for", this::find);
        layout = namespace.map(this::layout);
        known = namespace.map(this::outOfUse).map(this::shown);
        erasedTo = 0;
        quarantined = true;
    }

    /** Where the data is, which only an enabled namespace tells; if it cannot be enabled, all of it is data. */
    private EraseLayout layout(Namespace namespace) {
        try {
            return EraseLayout.of(
                    namespace.enabled() && !namespace.rawMode()
                            ? namespace
                            : during("enabling", () -> medium.enable(namespace)));
        } catch (StorageException e) {
            if (e.kind() == FailureKind.IN_USE) {
                throw e;
            }
            return EraseLayout.of(namespace);
        }
    }

    private Namespace outOfUse(Namespace namespace) {
        try {
            return during("taking out of use", () -> medium.enableRaw(namespace));
        } catch (StorageException e) {
            if (e.kind() != FailureKind.IN_USE) {
                throw e;
            }
            throw new StorageException(
                    FailureKind.IN_USE,
                    "the device of volume " + id + " (" + namespace.device() + ") is mounted or otherwise held",
                    e);
        }
    }

    /** As the port's method. */
    synchronized OptionalLong zero(long offset, ByteSize length) {
        requireQuarantined();
        EraseLayout there = layout.orElseThrow(this::gone);
        long size = there.size();
        long end = offset + Math.min(Math.max(0, size - offset), length.bytes() - length.bytes() % PAGE);
        if (end > offset) {
            zero(there.step(offset, end));
        }
        erasedTo = offset == erasedTo ? end : erasedTo;
        return end >= size ? OptionalLong.empty() : OptionalLong.of(end);
    }

    /** Overwrites what is left of the namespace: nothing of it is of use to the next. */
    synchronized Optional<Namespace> wipe() {
        requireQuarantined();
        if (layout.isEmpty()) {
            return Optional.empty();
        }
        if (erasedTo < layout.get().size()) {
            zero(layout.get().surroundings());
        }
        zero(List.of(layout.get().ending()));
        return known.map(Shown::namespace);
    }

    private void zero(List<EraseLayout.Span> spans) {
        if (!isShown()) {
            // Somebody has enabled it meanwhile; its node may be that of another namespace now.
            known = during("looking for", this::find).map(this::outOfUse).map(this::shown);
        }
        Shown shown = known.orElseThrow(this::gone);
        spans.forEach(span ->
                Faults.run("erasing volume " + id, () -> medium.zero(shown.node(), span.offset(), span.length())));
    }

    private StorageException gone() {
        return new StorageException(FailureKind.NOT_FOUND, "the namespace of volume " + id + " is gone");
    }

    /** As the port's method. */
    List<MediaError> mediaErrors() {
        return device().map(device ->
                        during("asking for the bad blocks of", () -> medium.badBlocks(device.path())).stream()
                                .sorted(Comparator.comparingLong(BadBlocks.Range::offset))
                                .filter(range -> range.offset() < device.size().bytes())
                                .map(range -> error(range, device.size()))
                                .toList())
                .orElse(List.of());
    }

    private static MediaError error(BadBlocks.Range range, ByteSize size) {
        long end = Math.min(range.end(), size.bytes());
        return new MediaError(ByteSize.of(range.offset()), ByteSize.of(end - range.offset()));
    }

    private void requireQuarantined() {
        if (!quarantined) {
            throw new StorageException(FailureKind.IN_USE, "the device of volume " + id + " is not quarantined");
        }
    }

    private <T> T during(String doing, Supplier<T> work) {
        return Faults.during(doing + " the namespace of volume " + id, work);
    }
}
