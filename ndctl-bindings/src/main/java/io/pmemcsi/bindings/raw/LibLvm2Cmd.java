// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import org.jspecify.annotations.Nullable;

/** Functions of liblvm2cmd ({@code lvm2cmd.h}). Not thread-safe: all calls come from one thread. */
public interface LibLvm2Cmd {
    /** {@code lvm2_log_fn_t}; texts stay pointers, because most messages are not looked at. */
    interface LogFunction {
        @Delegate
        void log(int level, @Nullable Pointer file, int line, int dmErrno, @Nullable Pointer message);
    }

    void lvm2_log_fn(LogFunction function);

    @Nullable
    Pointer lvm2_init();

    void lvm2_log_level(Pointer handle, int level);

    int lvm2_run(Pointer handle, String command);

    void lvm2_exit(Pointer handle);
}
