// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.bindings.linux.MountEntry;
import io.pmemcsi.bindings.linux.MountTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The mount that shows a file.
 *
 * @param entry the mount itself
 * @param shared whether mounts below it show up in other mount namespaces
 */
record MountedAt(MountEntry entry, boolean shared) {
    /**
     * Finds the mount in the text of {@code /proc/self/mountinfo}.
     *
     * @param path absolute, without symbolic links
     */
    static Optional<MountedAt> find(String text, Path path) {
        return text.lines()
                .filter(line -> !line.isEmpty())
                .map(MountedAt::read)
                .filter(mount -> path.startsWith(mount.point()))
                // Of several mounts at one place the last one is visible.
                .reduce((best, next) ->
                        next.point().getNameCount() >= best.point().getNameCount() ? next : best);
    }

    private static MountedAt read(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        boolean shared = fields.subList(0, Math.max(0, fields.indexOf("-"))).stream()
                .skip(6)
                .anyMatch(field -> field.startsWith("shared:"));
        return new MountedAt(MountTable.parse(line).getFirst(), shared);
    }

    private Path point() {
        return Path.of(entry.mountPoint());
    }
}
