// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.raw.MountCalls;
import io.pmemcsi.bindings.raw.Native;

/** The C library, loaded at first use. */
final class Libc {
    static final MountCalls CALLS = Native.libc(MountCalls.class);

    /** Paths relative to the working directory; used with absolute paths only. */
    static final int AT_FDCWD = -100;

    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    private Libc() {}

    /** A string for C: one with a NUL inside would be cut there silently. */
    static String text(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in \"" + value.replace('\0', '?') + "\"");
        }
        return value;
    }
}
