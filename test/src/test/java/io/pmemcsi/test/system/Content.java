// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Data in volumes: the same text over and over, written through to the medium. */
final class Content {
    private static final int CHUNK = 4 << 20;

    private Content() {}

    /** Writes {@code copies} of a text: into the file "data" of a file system, or from the start of a block device. */
    static void write(Path target, String text, int copies) {
        byte[] data = text.repeat(copies).getBytes(StandardCharsets.UTF_8);
        Path file = Files.isDirectory(target) ? target.resolve("data") : target;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(data);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was written at the start of a volume, as far as it is as long as the given text. */
    static String read(Path target, int length) {
        Path file = Files.isDirectory(target) ? target.resolve("data") : target;
        return new String(bytes(file, 0, length), StandardCharsets.UTF_8);
    }

    static byte[] bytes(Path file, long offset, int length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer data = ByteBuffer.allocate(length);
            fill(channel, data, offset);
            return Arrays.copyOf(data.array(), data.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a file or device holds the text anywhere. */
    static boolean holds(Path file, String text) {
        byte[] pattern = text.getBytes(StandardCharsets.UTF_8);
        int[] shifts = shifts(pattern);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer data = ByteBuffer.allocate(CHUNK);
            for (long at = 0; ; at += CHUNK - pattern.length) {
                data.clear();
                fill(channel, data, at);
                if (holds(data.array(), data.position(), pattern, shifts)) {
                    return true;
                }
                if (data.hasRemaining()) {
                    return false;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer data, long offset) throws IOException {
        int read = 0;
        while (data.hasRemaining() && read >= 0) {
            read = channel.read(data, offset + data.position());
        }
    }

    private static int[] shifts(byte[] pattern) {
        int[] shifts = new int[256];
        Arrays.fill(shifts, pattern.length);
        for (int i = 0; i < pattern.length - 1; i++) {
            shifts[pattern[i] & 0xff] = pattern.length - 1 - i;
        }
        return shifts;
    }

    private static boolean holds(byte[] data, int length, byte[] pattern, int[] shifts) {
        int at = 0;
        while (at + pattern.length <= length) {
            if (Arrays.equals(data, at, at + pattern.length, pattern, 0, pattern.length)) {
                return true;
            }
            at += shifts[data[at + pattern.length - 1] & 0xff];
        }
        return false;
    }
}
