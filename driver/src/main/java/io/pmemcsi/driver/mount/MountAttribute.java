// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

/** Properties of one mount point that a caller may choose; {@code nosuid} and {@code nodev} are always set. */
public enum MountAttribute {
    READ_ONLY,
    NO_EXEC,
    NO_ATIME,
    STRICT_ATIME,
    NO_DIR_ATIME
}
