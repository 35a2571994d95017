// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.driver.doctor.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Looks at paths. */
final class Places {
    private Places() {}

    /** What is at the place of a directory. */
    static Facts.Directory look(Path path) {
        Path nearest = Stream.iterate(path, step -> step != null, Path::getParent)
                .filter(step -> Files.exists(step, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(Path.of("/"));
        return new Facts.Directory(path, form(path, nearest), nearest, Files.isWritable(nearest));
    }

    private static Facts.Form form(Path path, Path nearest) {
        if (!Files.isDirectory(nearest)) {
            return Facts.Form.BLOCKED;
        }
        return nearest.equals(path) ? Facts.Form.THERE : Facts.Form.ABSENT;
    }

    /** The path without symbolic links; as it is when that cannot be found out. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
