// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import java.nio.file.Path;

/**
 * What is mounted at a path.
 *
 * @param path where
 * @param type the file system type in the kernel's spelling, or {@link #BLOCK}
 * @param readOnly whether this mount point refuses writes
 */
public record Mounted(Path path, String type, boolean readOnly) {
    /** The type of a bound block device node. */
    public static final String BLOCK = "block";

    public boolean isBlock() {
        return type.equals(BLOCK);
    }
}
