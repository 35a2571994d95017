// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The bad block list that the kernel keeps for a whole block device: {@code /sys/dev/block/<major>:<minor>/badblocks}
 * (Documentation/ABI/testing/sysfs-block). One line per range, first sector and number of sectors, in units of 512
 * bytes from the start of that device. Thread-safe.
 */
public final class BadBlocks {
    private static final Path SYSFS = Path.of("/sys/dev/block");
    private static final long SECTOR = 512;

    private BadBlocks() {}

    /**
     * A damaged range.
     *
     * @param offset bytes from the start of the device
     * @param length bytes, above zero
     */
    public record Range(long offset, long length) {
        public long end() {
            return offset + length;
        }
    }

    /**
     * The damaged ranges of a device as the kernel knows them now, in the kernel's order. Of a long list these are only the first:
     * the kernel tells no more than fits a page of memory, some 340 ranges.
     *
     * @return empty also for a device whose driver keeps no such list
     * @throws NativeCallException when the list cannot be read or is none
     */
    public static List<Range> of(DeviceNumber device) {
        return read(SYSFS.resolve(device + "/badblocks"));
    }

    static List<Range> read(Path list) {
        try {
            return parse(Files.readString(list));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | IllegalArgumentException e) {
            throw new NativeCallException("read " + list, Errno.EIO, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads the text of such a list. The kernel ends each line with a newline, and a list that is too long in the middle of a line:
     * what comes after the last newline is left out.
     *
     * @throws IllegalArgumentException when it is no such list; the message repeats the line
     */
    static List<Range> parse(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> !line.isBlank())
                .map(BadBlocks::range)
                .toList();
    }

    private static Range range(String line) {
        String[] numbers = line.strip().split(" +", -1);
        try {
            if (numbers.length == 2) {
                long sectors = Long.parseLong(numbers[1]);
                if (sectors > 0) {
                    return new Range(
                            Math.multiplyExact(Long.parseUnsignedLong(numbers[0]), SECTOR),
                            Math.multiplyExact(sectors, SECTOR));
                }
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("not a line of a bad block list: '" + line + "'", e);
        }
        throw new IllegalArgumentException("not a line of a bad block list: '" + line + "'");
    }
}
