// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Which file it is, whatever its names are.
 *
 * @param device {@code st_dev} of stat(2)
 * @param inode {@code st_ino}
 */
public record FileIdentity(long device, long inode) {
    /** The identity of an existing file; a symbolic link is not followed. */
    public static FileIdentity of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return new FileIdentity(number(found, "dev"), number(found, "ino"));
    }

    private static long number(Map<String, Object> attributes, String name) {
        Object value = Objects.requireNonNull(attributes.get(name), name);
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new UncheckedIOException(new IOException("attribute " + name + " is " + value));
    }
}
