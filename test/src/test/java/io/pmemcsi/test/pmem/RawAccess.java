// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.driver.device.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Uses block devices as their users do. */
final class RawAccess {
    private RawAccess() {}

    static byte[] read(Device device, long offset, int length) {
        ByteBuffer data = ByteBuffer.allocate(length);
        try (FileChannel open = FileChannel.open(device.path(), StandardOpenOption.READ)) {
            while (data.hasRemaining()) {
                if (open.read(data, offset + data.position()) < 0) {
                    throw new AssertionError(device + " ends before " + (offset + length));
                }
            }
            return data.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Durably. */
    static void write(Device device, long offset, byte[] bytes) {
        ByteBuffer data = ByteBuffer.wrap(bytes);
        try (FileChannel open = FileChannel.open(device.path(), StandardOpenOption.WRITE)) {
            while (data.hasRemaining()) {
                int _ = open.write(data, offset + data.position());
            }
            open.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Claims it, as a mount does. */
    static AutoCloseable claim(Device device) {
        return LinuxFiles.claimDevice(device.path());
    }
}
