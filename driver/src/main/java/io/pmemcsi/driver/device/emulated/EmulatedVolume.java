// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.LoopStatus;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A volume that has a backing file. Its monitor makes sure that nothing attaches the file while it is being detached;
 * {@link #isQuarantined} never waits. Safe for concurrent use.
 */
final class EmulatedVolume {
    private final VolumeId id;
    private final BackingDirectory directory;
    private final Attachments attachments;
    private Optional<BackingFile> known = Optional.empty();
    private Optional<Integer> loop = Optional.empty();
    private volatile boolean quarantined;

    EmulatedVolume(VolumeId id, BackingDirectory directory, Attachments attachments) {
        this.id = id;
        this.directory = directory;
        this.attachments = attachments;
    }

    boolean isQuarantined() {
        return quarantined;
    }

    /** The device, attached; empty when it is quarantined or its file is gone. */
    Optional<Device> device() {
        return quarantined ? Optional.empty() : attached();
    }

    private synchronized Optional<Device> attached() {
        return quarantined ? Optional.empty() : directory.find(id).map(this::attach);
    }

    private Device attach(BackingFile file) {
        LoopStatus attached = Faults.during("attaching " + file.path(), () -> attachments.attach(file, loop));
        loop = Optional.of(attached.number());
        known = Optional.of(file);
        return new Device(id, file.size(), attached.node());
    }

    /**
     * Grows the file and then the device.
     *
     * @param reserved called as soon as the host no longer counts the space as free
     */
    synchronized Device grow(ByteSize size, Runnable reserved) {
        BackingFile file = directory
                .find(id)
                .filter(_ -> !quarantined)
                .orElseThrow(() -> new StorageException(FailureKind.NOT_FOUND, "volume " + id + " has no device"));
        directory.grow(file, size);
        reserved.run();
        return attach(new BackingFile(id, file.path(), file.identity(), size));
    }

    synchronized void quarantine() {
        if (quarantined) {
            return;
        }
        // A file that somebody has deleted is still behind its loop device.
        Optional<BackingFile> file = directory.find(id).or(() -> known);
        boolean gone = file.isEmpty()
                || Faults.during("detaching " + file.get().path(), () -> attachments.detach(file.get(), loop));
        if (!gone) {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "the device of volume " + id + " (/dev/loop"
                            + loop.map(String::valueOf).orElse("?") + ") is mounted or open in a process");
        }
        loop = Optional.empty();
        quarantined = true;
    }

    /** As the port's method. */
    synchronized OptionalLong zero(long offset, ByteSize length) {
        requireQuarantined();
        BackingFile file = directory
                .find(id)
                .orElseThrow(() ->
                        new StorageException(FailureKind.NOT_FOUND, "the backing file of volume " + id + " is gone"));
        long size = file.size().bytes();
        long whole = length.bytes() - length.bytes() % BackingDirectory.PAGE;
        long end = offset + Math.min(Math.max(0, size - offset), whole);
        if (end > offset) {
            directory.zero(file, offset, end);
        }
        return end >= size ? OptionalLong.empty() : OptionalLong.of(end);
    }

    synchronized void remove() {
        requireQuarantined();
        directory.remove(id);
    }

    private void requireQuarantined() {
        if (!quarantined) {
            throw new StorageException(FailureKind.IN_USE, "the device of volume " + id + " is not quarantined");
        }
    }
}
