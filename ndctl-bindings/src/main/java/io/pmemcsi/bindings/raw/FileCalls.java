// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;

/** Functions of the C library on the content of open files, and on device nodes, with their C names and types. */
public interface FileCalls {
    @Variadic(fixedCount = 2)
    int ioctl(int fd, @u_int64_t long request, @u_int64_t long argument);

    @Variadic(fixedCount = 2)
    int ioctl(int fd, @u_int64_t long request, Pointer argument);

    int fallocate(int fd, int mode, @off_t long offset, @off_t long length);

    int ftruncate(int fd, @off_t long length);

    int fsync(int fd);

    int fdatasync(int fd);

    @ssize_t
    long pwrite(int fd, Pointer data, @size_t long length, @off_t long offset);

    int mknod(@In String path, @mode_t int mode, @u_int64_t long device);
}
