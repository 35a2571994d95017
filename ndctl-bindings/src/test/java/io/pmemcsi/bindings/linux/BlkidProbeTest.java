// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.raw.LibBlkid;
import io.pmemcsi.bindings.raw.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libblkid on plain files, which it probes like devices. */
final class BlkidProbeTest {
    private static final int PAGE = 4096;
    private static final long SIZE = 16 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = directory.resolve("device");
        write(SIZE - 1, new byte[1]);
    }

    private void write(long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(bytes), at)).isEqualTo(bytes.length);
        }
    }

    private DeviceContent probe() {
        try (OpenFd open = LinuxFiles.openDevice(file)) {
            return BlkidProbe.load().require().probe(open);
        }
    }

    private void makeSwap() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(PAGE - 1024).order(ByteOrder.nativeOrder());
        header.putInt(1).putInt((int) (SIZE / PAGE) - 1);
        write(1024, header.array());
        write(PAGE - 10, "SWAPSPACE2".getBytes(StandardCharsets.US_ASCII));
    }

    private void makePartitionTable() throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        sector.position(446)
                .put(new byte[] {0, 1, 1, 0, (byte) 0x83, 1, 1, 1})
                .putInt(64)
                .putInt(1024);
        sector.putShort(510, (short) 0xaa55);
        write(0, sector.array());
    }

    @Test
    void nothing_is_blank() {
        assertThat(probe()).isEqualTo(new DeviceContent.Blank());
    }

    @Test
    void a_superblock_is_recognised() throws IOException {
        makeSwap();
        assertThat(probe()).isEqualTo(new DeviceContent.Superblock("swap"));
    }

    @Test
    void a_partition_table_is_recognised() throws IOException {
        makePartitionTable();
        assertThat(probe()).isEqualTo(new DeviceContent.PartitionTable("dos"));
    }

    @Test
    void contradicting_signatures_are_ambivalent() throws IOException {
        makeSwap();
        write(1024 + 56, new byte[] {0x53, (byte) 0xef});
        assertThat(probe()).isEqualTo(new DeviceContent.Ambivalent());
    }

    @Test
    void a_missing_library_is_a_value_with_a_reason() {
        NativeLibrary<LibBlkid> missing = Native.load(LibBlkid.class, "libnosuch.so.9");
        assertThat(missing)
                .isInstanceOfSatisfying(
                        NativeLibrary.Missing.class,
                        found -> assertThat(found.soname()).isEqualTo("libnosuch.so.9"));
        assertThatThrownBy(missing::require)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("libnosuch.so.9");
    }
}
