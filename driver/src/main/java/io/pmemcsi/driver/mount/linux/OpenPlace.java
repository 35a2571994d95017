// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.FileStatus;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.MountPoints;
import io.pmemcsi.bindings.linux.MountTarget;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.TargetRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A target path whose directory is open, so that it stays the same directory whatever happens to the path. */
final class OpenPlace implements AutoCloseable {
    private static final int DIRECTORY_MODE = 0750;
    private static final int FILE_MODE = 0600;

    private final Path path;
    private final OpenFd parent;
    private final String name;

    private OpenPlace(Path path, OpenFd parent, String name) {
        this.path = path;
        this.parent = parent;
        this.name = name;
    }

    /**
     * Opens the directory that holds {@code path}.
     *
     * @throws StorageException of kind INVALID_REQUEST or NOT_FOUND
     */
    static OpenPlace open(TargetRules rules, Path path) {
        TargetRules.Place place = rules.place(path);
        try (OpenFd root = LinuxFiles.openDirectory(place.root())) {
            return new OpenPlace(path, LinuxFiles.openDirectoryBeneath(root, place.parent()), place.name());
        } catch (NativeCallException e) {
            throw Failures.ofPath(path, e);
        }
    }

    /** As {@link #open}; empty when the directory does not exist. */
    static Optional<OpenPlace> find(TargetRules rules, Path path) {
        try {
            return Optional.of(open(rules, path));
        } catch (StorageException e) {
            if (e.kind() == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The entry as it is now, with what is mounted on it; empty when there is none. It is not held open. */
    Optional<FileStatus> status() {
        try {
            FileStatus status = LinuxFiles.status(parent, name);
            if (status.isSymbolicLink()) {
                throw new StorageException(
                        FailureKind.INVALID_REQUEST, "path " + Quoted.path(path) + ": is a symbolic link");
            }
            return Optional.of(status);
        } catch (NativeCallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw Failures.ofPath(path, e);
        }
    }

    /**
     * The id of what is mounted at the entry; empty when nothing is, or when there is no entry. Works as well when the
     * file system there has failed and answers nothing else.
     */
    Optional<Long> mountId() {
        try (OpenFd entry = LinuxFiles.openBeneath(parent, Path.of(name))) {
            long inside = MountPoints.mountId(entry);
            return inside == MountPoints.mountId(parent) ? Optional.empty() : Optional.of(inside);
        } catch (NativeCallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw Failures.ofPath(path, e);
        }
    }

    /** The block device whose node is at the entry; empty when it is anything else, or does not answer. */
    Optional<DeviceNumber> blockDevice() {
        try {
            FileStatus status = LinuxFiles.status(parent, name);
            return status.isBlockDevice() ? Optional.of(status.special()) : Optional.empty();
        } catch (NativeCallException e) {
            return Optional.empty();
        }
    }

    /** Opens the existing entry, with what is mounted on it. While it is open, it cannot be unmounted. */
    OpenFd entry() {
        try {
            return LinuxFiles.openBeneath(parent, Path.of(name));
        } catch (NativeCallException e) {
            throw Failures.ofPath(path, e);
        }
    }

    /** Opens the root directory of what is mounted here; NOT_FOUND when nothing is. */
    OpenFd mounted() {
        if (mountId().isEmpty()) {
            throw new StorageException(
                    FailureKind.NOT_FOUND, "path " + Quoted.path(path) + ": nothing is mounted there");
        }
        return entry();
    }

    /** Mounts with {@code action} on a directory, which is made when absent and removed again when that fails. */
    void onDirectory(Consumer<MountTarget> action) {
        on(() -> LinuxFiles.makeDirectory(parent, name, DIRECTORY_MODE), true, action);
    }

    /** The same with an empty file. */
    void onFile(Consumer<MountTarget> action) {
        on(() -> LinuxFiles.makeFile(parent, name, FILE_MODE), false, action);
    }

    private void on(Runnable maker, boolean directory, Consumer<MountTarget> action) {
        boolean made = make(maker);
        try (MountTarget target = new MountTarget(parent, name, entry())) {
            requireFreeEntry(directory);
            requireEmpty(target.node(), directory);
            action.accept(target);
        } catch (RuntimeException e) {
            if (made) {
                removeAfter(e, directory);
            }
            throw e instanceof NativeCallException call ? Failures.ofMount(path, call) : e;
        }
    }

    private boolean make(Runnable maker) {
        try {
            maker.run();
            return true;
        } catch (NativeCallException e) {
            if (e.is(Errno.EEXIST)) {
                return false;
            }
            throw Failures.ofPath(path, e);
        }
    }

    private void requireFreeEntry(boolean directory) {
        FileStatus status = status().orElseThrow(() ->
                new StorageException(FailureKind.NOT_FOUND, "path " + Quoted.path(path) + ": was removed meanwhile"));
        if (mountId().isPresent()) {
            throw new StorageException(
                    FailureKind.IN_USE, "path " + Quoted.path(path) + ": something is mounted there already");
        }
        if (directory ? !status.isDirectory() : !status.isRegularFile()) {
            String wanted = directory ? "a directory" : "a regular file";
            throw new StorageException(
                    FailureKind.INVALID_REQUEST, "path " + Quoted.path(path) + ": exists and is not " + wanted);
        }
    }

    /** What lies below a mount is out of reach, and keeps the entry from being removed when the mount is gone. */
    private void requireEmpty(OpenFd entry, boolean directory) {
        if (directory ? holdsEntries(entry) : LinuxFiles.status(entry).size() > 0) {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "path " + Quoted.path(path) + ": is not empty; to be mounted at it has to be absent or empty");
        }
    }

    private boolean holdsEntries(OpenFd directory) {
        try (Stream<Path> entries = Files.list(directory.procPath())) {
            return entries.findAny().isPresent();
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT,
                    "path " + Quoted.path(path) + ": cannot be listed: " + e.getMessage(),
                    e);
        }
    }

    private void removeAfter(RuntimeException failure, boolean directory) {
        try {
            remove(directory);
        } catch (NativeCallException e) {
            failure.addSuppressed(e);
        }
    }

    private void remove(boolean directory) {
        if (directory) {
            LinuxFiles.removeDirectory(parent, name);
        } else {
            LinuxFiles.removeFile(parent, name);
        }
    }

    /** Unmounts the topmost mount. */
    void unmount() {
        try {
            MountPoints.unmount(parent, name);
        } catch (NativeCallException e) {
            if (!e.is(Errno.EINVAL, Errno.ENOENT)) {
                throw Failures.ofMount(path, e);
            }
        }
    }

    /** Removes an empty directory or an empty file on which nothing is mounted. */
    void removeEntry() {
        if (mountId().isPresent()) {
            throw new StorageException(
                    FailureKind.IN_USE, "path " + Quoted.path(path) + ": something is mounted there");
        }
        Optional<FileStatus> status = status();
        if (status.isEmpty()) {
            return;
        }
        FileStatus found = status.get();
        boolean emptyFile = found.isRegularFile() && found.size() == 0;
        if (!found.isDirectory() && !emptyFile) {
            throw new StorageException(
                    FailureKind.IN_USE, "path " + Quoted.path(path) + ": is neither a directory nor an empty file");
        }
        try {
            remove(found.isDirectory());
        } catch (NativeCallException e) {
            removalFailed(e);
        }
    }

    private void removalFailed(NativeCallException e) {
        if (e.is(Errno.ENOTEMPTY, Errno.EEXIST, Errno.EBUSY)) {
            throw new StorageException(FailureKind.IN_USE, "path " + Quoted.path(path) + ": is not empty", e);
        }
        if (!e.is(Errno.ENOENT)) {
            throw Failures.ofPath(path, e);
        }
    }

    @Override
    public void close() {
        parent.close();
    }
}
