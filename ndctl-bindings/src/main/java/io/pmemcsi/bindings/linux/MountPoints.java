// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks about mount points and removes them. Thread-safe. */
public final class MountPoints {
    private static final int UMOUNT_NOFOLLOW = 8;

    private MountPoints() {}

    /**
     * Unmounts the topmost mount at an entry of an open directory, umount2(2).
     *
     * @throws NativeCallException with EBUSY when it is in use, EINVAL when nothing is mounted there
     */
    public static void unmount(OpenFd parent, String name) {
        unmount(parent, name, 0);
    }

    static void unmount(OpenFd parent, String name, int flags) {
        // The kernel has no umount relative to a descriptor. The first part of this path leads to what is open,
        // whatever
        // has become of its name, and the last part is not followed.
        String path = parent.procPath().resolve(name).toString();
        int all = flags | UMOUNT_NOFOLLOW;
        Native.check("umount2(" + parent + "/" + name + ")", () -> Libc.CALLS.umount2(path, all));
    }

    /**
     * The id of the mount that holds what is open, as in {@link MountEntry#id()}. A file system that has failed may not
     * answer statx(2); proc(5) knows the id without asking it.
     */
    public static long mountId(OpenFd file) {
        try {
            return LinuxFiles.status(file).mountId().orElseGet(() -> mountIdFromProc(file));
        } catch (NativeCallException e) {
            return mountIdFromProc(file);
        }
    }

    private static long mountIdFromProc(OpenFd file) {
        Path info = Path.of("/proc/self/fdinfo/" + file.number());
        try {
            return parseFdInfo(Files.readString(info));
        } catch (IOException e) {
            throw new NativeCallException("read(" + info + ")", Errno.EIO, String.valueOf(e.getMessage()));
        }
    }

    /** Finds the mount id in the text of {@code /proc/self/fdinfo/N}, see proc(5). */
    static long parseFdInfo(String text) {
        return text.lines()
                .filter(line -> line.startsWith("mnt_id:"))
                .map(line -> Long.parseLong(line.substring("mnt_id:".length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no mnt_id in: " + text));
    }
}
