// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import io.pmemcsi.bindings.raw.LibLvm2Cmd;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * What the library says while a command runs: reports come line by line at level 4, errors at levels 2 and 3 ({@code lvm2cmd.h}).
 * For one thread only. Whoever gives {@link #function} to the library has to hold this object as long as that may call it.
 */
final class LvmLog {
    private static final int ERROR = 3;
    private static final int PRINT = 4;

    /** Flags may be set above the level. */
    private static final int LEVEL = 7;

    private final List<String> errors = new ArrayList<>();
    private final StringBuilder printed = new StringBuilder();
    private final LibLvm2Cmd.LogFunction function = this::log;

    LibLvm2Cmd.LogFunction function() {
        return function;
    }

    private void log(int level, @Nullable Pointer file, int line, int dmErrno, @Nullable Pointer message) {
        int bare = level & LEVEL;
        if (bare > PRINT || message == null) {
            return;
        }
        String text = message.getString(0);
        if (bare <= ERROR) {
            errors.add(text.strip());
        } else {
            printed.append(text).append('\n');
        }
    }

    void clear() {
        errors.clear();
        printed.setLength(0);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    String printed() {
        return printed.toString();
    }
}
