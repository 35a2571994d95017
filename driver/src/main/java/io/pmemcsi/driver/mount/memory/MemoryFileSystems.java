// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.FileSystems;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** File systems that are only remembered, by the path of their device. */
public final class MemoryFileSystems implements FileSystems {
    private final Map<Path, FileSystem> made = new HashMap<>();

    /** What is remembered of a file system; {@code mounts} counts where it is mounted. */
    private record FileSystem(FsType type, ByteSize size, int mounts) {}

    @Override
    public synchronized Optional<String> probe(Device device) {
        return Optional.ofNullable(made.get(device.path()))
                .map(found -> found.type().kernelName());
    }

    @Override
    public synchronized void format(Device device, FsType type) {
        if (isMounted(device)) {
            throw failure(FailureKind.IN_USE, device, "is mounted");
        }
        if (device.size().isBelow(type.minimum())) {
            String least = type.kernelName() + " needs " + type.minimum();
            throw failure(FailureKind.BACKEND_FAULT, device, "is too small: " + least);
        }
        made.put(device.path(), new FileSystem(type, device.size(), 0));
    }

    @Override
    public synchronized void grow(Device device, FsType type, Path mountPoint) {
        FileSystem found = made.get(device.path());
        if (found == null || found.type() != type || found.mounts() == 0) {
            throw failure(FailureKind.BACKEND_FAULT, device, "has no mounted " + type.kernelName());
        }
        made.put(device.path(), new FileSystem(type, ByteSize.max(found.size(), device.size()), found.mounts()));
    }

    @Override
    public ByteSize expectedSpace(FsType type, ByteSize size) {
        return size.minusOrZero(structures(size));
    }

    /** A plausible figure: one part in 64 of a file system is taken by its own structures. */
    static ByteSize structures(ByteSize size) {
        return ByteSize.of(size.bytes() / 64);
    }

    synchronized boolean isMounted(Device device) {
        return Optional.ofNullable(made.get(device.path()))
                .map(found -> found.mounts() > 0)
                .orElse(false);
    }

    /** The size of the file system, which follows that of the device only through {@link #grow}. */
    synchronized ByteSize size(Device device) {
        return Optional.ofNullable(made.get(device.path()))
                .map(FileSystem::size)
                .orElse(ByteSize.ZERO);
    }

    /** Counts one more mount, or one less. */
    synchronized void count(Device device, int change) {
        made.computeIfPresent(
                device.path(), (path, found) -> new FileSystem(found.type(), found.size(), found.mounts() + change));
    }

    private static StorageException failure(FailureKind kind, Device device, String text) {
        return new StorageException(kind, "volume " + device.id() + ": the device " + text);
    }
}
