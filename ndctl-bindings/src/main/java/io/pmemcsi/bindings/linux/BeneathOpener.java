// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static io.pmemcsi.bindings.raw.OpenFlags.O_CLOEXEC;
import static io.pmemcsi.bindings.raw.OpenFlags.O_DIRECTORY;
import static io.pmemcsi.bindings.raw.OpenFlags.O_NOFOLLOW;
import static io.pmemcsi.bindings.raw.OpenFlags.O_PATH;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Opens paths below a directory without ever following a symbolic link: with openat2(2), or component by component where
 * the kernel (before 5.6) or a container runtime's system call filter does not have it.
 */
final class BeneathOpener {
    private static final long OPENAT2 = 437;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final int HOW_BYTES = 24;

    private BeneathOpener() {}

    static OpenFd open(OpenFd directory, Path relative, int flags) {
        try {
            return resolve(directory, relative, flags);
        } catch (NativeCallException e) {
            if (e.is(Errno.ENOSYS, Errno.EPERM)) {
                return walk(directory, relative, flags);
            }
            throw e;
        }
    }

    static OpenFd resolve(OpenFd directory, Path relative, int flags) {
        String name = name(directory, relative);
        String path = relative.toString().isEmpty() ? "." : Libc.text(relative.toString());
        byte[] how = ByteBuffer.allocate(HOW_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(flags)
                .putLong(0)
                .putLong(RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH)
                .array();
        int fd = directory.number();
        long opened =
                Native.checkLong("openat2(" + name + ")", () -> Libc.CALLS.syscall(OPENAT2, fd, path, how, HOW_BYTES));
        return OpenFd.owning((int) opened, name);
    }

    /** The same with openat(2) for each component: none of them can be followed out of the directory. */
    static OpenFd walk(OpenFd directory, Path relative, int flags) {
        OpenFd reached =
                LinuxFiles.open(directory.number(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0, directory.name());
        if (relative.toString().isEmpty()) {
            return reached;
        }
        for (int i = 0; i < relative.getNameCount(); i++) {
            boolean last = i == relative.getNameCount() - 1;
            try (OpenFd parent = reached) {
                reached = step(parent, relative.getName(i).toString(), last ? flags : flags | O_DIRECTORY);
            }
        }
        return reached;
    }

    private static OpenFd step(OpenFd parent, String component, int flags) {
        String name = parent + "/" + component;
        if (component.equals("..")) {
            throw new NativeCallException("open(" + name + ")", Errno.EXDEV);
        }
        OpenFd file = LinuxFiles.open(parent.number(), component, (flags & ~O_DIRECTORY) | O_NOFOLLOW, 0, name);
        try {
            requireKind(LinuxFiles.status(file), flags, name);
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void requireKind(FileStatus status, int flags, String name) {
        boolean wrong = (flags & O_DIRECTORY) != 0 && !status.isDirectory();
        if (status.isSymbolicLink() || wrong) {
            throw new NativeCallException("open(" + name + ")", status.isSymbolicLink() ? Errno.ELOOP : Errno.ENOTDIR);
        }
    }

    private static String name(OpenFd directory, Path relative) {
        return relative.toString().isEmpty() ? directory.name() : directory + "/" + relative;
    }
}
