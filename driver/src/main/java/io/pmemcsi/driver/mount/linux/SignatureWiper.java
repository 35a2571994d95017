// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Blanks the places where file systems, volume managers and partition tables keep their signatures, so that an interrupted
 * mkfs never shows what was on the device before.
 */
final class SignatureWiper {
    /** The farthest signature from the start is the last copy of a LUKS2 header, at 4 MiB. */
    private static final long HEAD = 8L << 20;

    /** RAID and GPT keep copies close to the end. */
    private static final long TAIL = 1L << 20;

    private static final int CHUNK = 1 << 20;

    private SignatureWiper() {}

    /** Blanks an unused device; a NativeCallException with EBUSY when it is mounted or otherwise held. */
    static void wipe(Path device) throws IOException {
        try (OpenFd claim = LinuxFiles.claimDevice(device);
                FileChannel channel = FileChannel.open(claim.procPath(), StandardOpenOption.WRITE)) {
            long size = channel.size();
            zero(channel, 0, Math.min(size, HEAD));
            zero(channel, Math.max(0, size - TAIL), size);
            channel.force(true);
        }
    }

    private static void zero(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(CHUNK);
        for (long at = from; at < to; ) {
            zeroes.clear().limit((int) Math.min(CHUNK, to - at));
            at += channel.write(zeroes, at);
        }
    }
}
