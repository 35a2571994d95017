// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The layout of {@code struct loop_config} and {@code struct loop_info64} in {@code linux/loop.h}. */
final class LoopInfo {
    /** LO_NAME_SIZE, with the closing NUL. */
    static final int LABEL_SIZE = 64;

    private static final int CONFIG_SIZE = 304;
    private static final int CONFIG_BLOCK_SIZE = 4;
    private static final int CONFIG_INFO = 8;
    private static final int INFO_SIZE = 232;
    private static final int DEVICE = 0;
    private static final int INODE = 8;
    private static final int OFFSET = 24;
    private static final int SIZE_LIMIT = 32;
    private static final int FLAGS = 52;
    private static final int FILE_NAME = 56;

    private LoopInfo() {}

    static Pointer config(int descriptor, int blockSize, int flags, byte[] label) {
        Pointer config = Memory.allocateDirect(Runtime.getSystemRuntime(), CONFIG_SIZE, true);
        config.putInt(0, descriptor);
        config.putInt(CONFIG_BLOCK_SIZE, blockSize);
        config.putInt(CONFIG_INFO + FLAGS, flags);
        config.put(CONFIG_INFO + FILE_NAME, label, 0, label.length);
        return config;
    }

    static Pointer empty() {
        return Memory.allocateDirect(Runtime.getSystemRuntime(), INFO_SIZE, true);
    }

    static void flags(Pointer info, int flags) {
        info.putInt(FLAGS, flags);
    }

    static LoopStatus read(Pointer info, int number, Path node) {
        byte[] name = new byte[LABEL_SIZE];
        info.get(FILE_NAME, name, 0, name.length);
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return new LoopStatus(
                number,
                node,
                new FileIdentity(info.getLong(DEVICE), info.getLong(INODE)),
                new String(Arrays.copyOf(name, end), StandardCharsets.UTF_8),
                info.getInt(FLAGS),
                info.getLong(OFFSET),
                info.getLong(SIZE_LIMIT));
    }
}
