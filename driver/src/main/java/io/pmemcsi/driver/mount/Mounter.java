// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Mounts volumes into the kubelet's directories.
 *
 * <p>All target paths must be absolute, normalised and below one of the directories this mounter was made for; no
 * component may be a symbolic link. A path that breaks this is refused with INVALID_REQUEST and nothing is changed. So is
 * one to mount at, or to look at the space of, whose parent directory is absent, with NOT_FOUND. Everything is mounted {@code nosuid,nodev}. Implementations are safe for
 * concurrent use on different targets. What is mounted at is absent before, or an empty directory or file: what is in it would be hidden, and
 * would keep the target from being removed later; IN_USE otherwise, and nothing is changed. Failures of the kernel are BACKEND_FAULT with the kernel's own text where it
 * gives one.
 */
public interface Mounter {
    /**
     * Mounts a file system at {@link MountRequest#target()}, a directory that is made (mode 0750) when absent.
     *
     * @return whether DAX is active on the mounted file system, proven on a file
     * @throws StorageException also of kind IN_USE when the device is mounted already, or anything is mounted at the target or in it;
     *     NOT_READY when the policy requires DAX and it is not active (the message gives the likely cause), or when the
     *     kernel lacks the file system or the driver the capability to mount. Nothing stays mounted after any failure,
     *     and a directory made by this call is removed.
     */
    boolean mount(MountRequest request);

    /**
     * Shows the directory {@code source}, the root of a mounted file system, at {@code target} too.
     *
     * @param flags only {@link MountFlags#attributes()} matter; the file system's own options stay
     * @throws StorageException also of kind NOT_FOUND when nothing is mounted at the source, IN_USE when anything is
     *     mounted at the target or in it; a directory made by this call is removed
     */
    void bind(Path source, Path target, MountFlags flags);

    /**
     * Shows the device's block node at {@code target}, a file that is made when absent.
     *
     * @throws StorageException also of kind IN_USE when anything is mounted at the target, or it has content; a file made by this
     *     call is removed
     */
    void bindBlock(Device device, Path target, boolean readOnly);

    /** What is mounted at {@code target}; empty when nothing is, or when it does not exist. The topmost mount counts. */
    Optional<Mounted> find(Path target);

    /**
     * Whether what is mounted at {@code target} is the device: its file system, or its block node. The topmost mount
     * counts.
     */
    Occupant find(Path target, Device device);

    /**
     * Where the device is mounted, or its block node bound, below the directories of this mounter, in the order in which
     * that happened. Mounts that others have covered or made of it are among them.
     */
    List<Mounted> mountsOf(Device device);

    /**
     * Unmounts everything at {@code target}; nothing to do when nothing is mounted there.
     *
     * @throws StorageException of kind IN_USE when a process still uses it; it stays mounted
     */
    void unmount(Path target);

    /**
     * Removes the empty directory or the file at {@code target} after it was unmounted; nothing to do when it is absent.
     *
     * @throws StorageException of kind IN_USE when the directory holds entries or something is mounted there
     */
    void removeTarget(Path target);

    /**
     * Whether the directory of this mounter below which {@code target} lies exists; false as well for a target that lies
     * below none.
     */
    boolean rootExists(Path target);

    /** Whether the directory that holds {@code target} exists; false as well for a target that is refused. */
    boolean parentExists(Path target);

    /** Whether the kubelet has lost what it needs to unpublish the volume at {@code target}, see {@link KubeletNote}. */
    boolean isLostByKubelet(Path target);

    /**
     * Space and inodes of the file system mounted at {@code target}.
     *
     * @throws StorageException also of kind NOT_FOUND when nothing is mounted there, UNSUPPORTED for a block node
     */
    FsUsage usage(Path target);
}
