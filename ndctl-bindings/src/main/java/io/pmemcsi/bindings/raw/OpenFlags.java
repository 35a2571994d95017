// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

/**
 * Flags of open(2), from {@code asm-generic/fcntl.h} and, for the four numbers that differ there, from
 * {@code arch/arm64/include/uapi/asm/fcntl.h}.
 */
public final class OpenFlags {
    private static final boolean ARM = System.getProperty("os.arch", "").startsWith("aarch64");

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;
    public static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private OpenFlags() {}
}
