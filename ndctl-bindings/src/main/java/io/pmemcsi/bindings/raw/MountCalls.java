// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;

/** Functions of the C library for mounts and for paths relative to a directory. */
public interface MountCalls {
    int mount(String source, String target, @Nullable String type, @u_int64_t long flags, @Nullable String data);

    int umount2(String target, int flags);

    @Variadic(fixedCount = 3)
    int openat(int directory, String path, int flags, int mode);

    int mkdirat(int directory, String path, int mode);

    int unlinkat(int directory, String path, int flags);

    int statx(int directory, String path, int flags, int mask, @Out byte[] status);

    int fstatvfs(int fd, @Out byte[] status);

    @ssize_t
    long read(int fd, @Out byte[] buffer, @size_t long count);

    int close(int fd);

    /** fsopen(2). */
    @Variadic(fixedCount = 1)
    long syscall(long number, String text, long flags);

    /** fsmount(2). */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, long flags, long attributes);

    /** open_tree(2). */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, String path, long flags);

    /** openat2(2): the structure and its size. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, String path, @In byte[] structure, long size);

    /** mount_setattr(2): flags, the structure and its size. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, String path, long flags, @In byte[] structure, long size);

    /** fsconfig(2). */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, long command, @Nullable String key, @Nullable String value, long aux);

    /** move_mount(2). */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fromFd, String fromPath, long toFd, String toPath, long flags);
}
