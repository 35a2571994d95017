// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static io.pmemcsi.bindings.linux.Libc.AT_EMPTY_PATH;
import static io.pmemcsi.bindings.linux.Libc.AT_FDCWD;
import static io.pmemcsi.bindings.linux.Libc.AT_REMOVEDIR;
import static io.pmemcsi.bindings.raw.OpenFlags.O_CLOEXEC;
import static io.pmemcsi.bindings.raw.OpenFlags.O_CREAT;
import static io.pmemcsi.bindings.raw.OpenFlags.O_DIRECTORY;
import static io.pmemcsi.bindings.raw.OpenFlags.O_EXCL;
import static io.pmemcsi.bindings.raw.OpenFlags.O_NOFOLLOW;
import static io.pmemcsi.bindings.raw.OpenFlags.O_PATH;
import static io.pmemcsi.bindings.raw.OpenFlags.O_RDONLY;
import static io.pmemcsi.bindings.raw.OpenFlags.O_RDWR;
import static io.pmemcsi.bindings.raw.OpenFlags.O_TMPFILE;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.Native;
import java.nio.file.Path;

/**
 * Files reached from an open directory, so that nobody can exchange a part of the path between a check and its use.
 * Thread-safe. Each method throws {@link NativeCallException} with the errno of the call it is named after.
 *
 * <p>Where a method takes a name, that is one component: no slash, not {@code .} or {@code ..}.
 */
public final class LinuxFiles {
    private static final int DIRECTORY_FLAGS = O_PATH | O_DIRECTORY | O_CLOEXEC;

    private LinuxFiles() {}

    /** Opens a directory by its absolute path as a starting point; symbolic links are followed. */
    public static OpenFd openDirectory(Path path) {
        return open(path, DIRECTORY_FLAGS);
    }

    /** Opens any file by its absolute path only to refer to it ({@code O_PATH}); symbolic links are followed. */
    public static OpenFd openReference(Path path) {
        return open(path, O_PATH | O_CLOEXEC);
    }

    /** Opens a block device for reading. */
    public static OpenFd openDevice(Path path) {
        return open(path, O_RDONLY | O_CLOEXEC);
    }

    /** Opens a block device for reading and writing; EBUSY when it is mounted or otherwise claimed (open(2), O_EXCL). */
    public static OpenFd claimDevice(Path path) {
        return open(path, O_RDWR | O_EXCL | O_CLOEXEC);
    }

    /**
     * Opens what lies at {@code relative} below a directory, only to refer to it ({@code O_PATH}). Mounts on the way are
     * crossed.
     *
     * @param relative components separated by single slashes; empty for the directory itself
     * @throws NativeCallException with ELOOP when any component is a symbolic link, EXDEV when one is {@code ..}
     */
    public static OpenFd openBeneath(OpenFd directory, Path relative) {
        return BeneathOpener.open(directory, relative, O_PATH | O_CLOEXEC);
    }

    /** As {@link #openBeneath}; ENOTDIR when it is no directory. */
    public static OpenFd openDirectoryBeneath(OpenFd directory, Path relative) {
        return BeneathOpener.open(directory, relative, DIRECTORY_FLAGS);
    }

    /** Makes a directory, mkdirat(2). */
    public static void makeDirectory(OpenFd parent, String name, int mode) {
        String path = component(name);
        int fd = parent.number();
        Native.check("mkdirat(" + parent + "/" + name + ")", () -> Libc.CALLS.mkdirat(fd, path, mode));
    }

    /** Makes an empty file; EEXIST when there is anything of that name, a symbolic link too. */
    public static void makeFile(OpenFd parent, String name, int mode) {
        int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        open(parent.number(), component(name), flags, mode, parent + "/" + name).close();
    }

    /** Makes a file without a name, which is gone when it is closed ({@code O_TMPFILE} of open(2)). */
    public static OpenFd openTemporaryFile(OpenFd directory) {
        return open(directory.number(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600, "temporary file in " + directory);
    }

    /** Removes a file, or a symbolic link itself, unlinkat(2). */
    public static void removeFile(OpenFd parent, String name) {
        remove(parent, name, 0);
    }

    /** Removes an empty directory; ENOTEMPTY when it holds anything, EBUSY when something is mounted there. */
    public static void removeDirectory(OpenFd parent, String name) {
        remove(parent, name, AT_REMOVEDIR);
    }

    private static void remove(OpenFd parent, String name, int flags) {
        String path = component(name);
        int fd = parent.number();
        Native.check("unlinkat(" + parent + "/" + name + ")", () -> Libc.CALLS.unlinkat(fd, path, flags));
    }

    /** The status of what is open, statx(2). */
    public static FileStatus status(OpenFd file) {
        byte[] structure = new byte[FileStatus.BYTES];
        int fd = file.number();
        Native.check("statx(" + file + ")", () -> Libc.CALLS.statx(fd, "", AT_EMPTY_PATH, FileStatus.MASK, structure));
        return FileStatus.parse(structure);
    }

    /** The status of an entry of a directory, of a symbolic link itself rather than of what it points to. */
    public static FileStatus status(OpenFd parent, String name) {
        byte[] structure = new byte[FileStatus.BYTES];
        String path = component(name);
        int fd = parent.number();
        Native.check(
                "statx(" + parent + "/" + name + ")",
                () -> Libc.CALLS.statx(fd, path, Libc.AT_SYMLINK_NOFOLLOW, FileStatus.MASK, structure));
        return FileStatus.parse(structure);
    }

    /** The space of the file system that holds what is open, fstatvfs(3). */
    public static FsSpace space(OpenFd file) {
        byte[] structure = new byte[FsSpace.BYTES];
        int fd = file.number();
        Native.check("fstatvfs(" + file + ")", () -> Libc.CALLS.fstatvfs(fd, structure));
        return FsSpace.parse(structure);
    }

    static OpenFd open(Path path, int flags) {
        return open(AT_FDCWD, path.toString(), flags, 0, path.toString());
    }

    static OpenFd open(int directory, String path, int flags, int mode, String name) {
        String text = Libc.text(path);
        return OpenFd.owning(
                Native.check("open(" + name + ")", () -> Libc.CALLS.openat(directory, text, flags, mode)), name);
    }

    private static String component(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new NativeCallException("\"" + name + "\" is not one path component", Errno.EINVAL);
        }
        return Libc.text(name);
    }
}
