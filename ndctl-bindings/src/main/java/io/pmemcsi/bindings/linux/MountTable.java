// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The mounts that this process sees. Thread-safe. */
public final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** id, parent, device, root, mount point and options come before any number of optional fields. */
    private static final int FIXED_FIELDS = 6;

    private MountTable() {}

    /** The mounts of this moment, in the order in which they were attached. */
    public static List<MountEntry> read() {
        try {
            return parse(Files.readString(MOUNTINFO, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new NativeCallException("read(" + MOUNTINFO + ")", Errno.EIO, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads the text of {@code /proc/self/mountinfo}.
     *
     * @param text its bytes as ISO 8859-1; names are decoded from UTF-8 after their escapes
     * @throws IllegalArgumentException for a line that does not have this format
     */
    public static List<MountEntry> parse(String text) {
        // A carriage return is an ordinary character of a path, and so is everything else but the newline.
        return Arrays.stream(text.split("\n"))
                .filter(line -> !line.isEmpty())
                .map(MountTable::entry)
                .toList();
    }

    private static MountEntry entry(String line) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int separator = fields.indexOf("-");
        if (separator < FIXED_FIELDS || fields.size() < separator + 4) {
            throw new IllegalArgumentException("not a line of mountinfo: " + line);
        }
        return new MountEntry(
                Long.parseLong(fields.get(0)),
                Long.parseLong(fields.get(1)),
                DeviceNumber.parse(fields.get(2)),
                unescape(fields.get(3)),
                unescape(fields.get(4)),
                List.of(fields.get(5).split(",")),
                unescape(fields.get(separator + 1)),
                unescape(fields.get(separator + 2)),
                List.of(fields.get(separator + 3).split(",")));
    }

    /** Space, tab, newline and backslash stand there as a backslash and three octal digits. */
    private static String unescape(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        int at = 0;
        while (at < field.length()) {
            if (isEscape(field, at)) {
                bytes.write(Integer.parseInt(field, at + 1, at + 4, 8));
                at += 4;
            } else {
                bytes.write(field.charAt(at));
                at++;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isEscape(String field, int at) {
        return field.charAt(at) == '\\'
                && field.length() >= at + 4
                && field.substring(at + 1, at + 4).chars().allMatch(digit -> digit >= '0' && digit <= '7');
    }
}
