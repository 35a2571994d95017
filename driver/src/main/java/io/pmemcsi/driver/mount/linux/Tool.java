// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

/** The programs for which there is no library. */
enum Tool {
    MKE2FS("mkfs.ext4", "e2fsprogs"),
    RESIZE2FS("resize2fs", "e2fsprogs"),
    MKFS_XFS("mkfs.xfs", "xfsprogs"),
    XFS_GROWFS("xfs_growfs", "xfsprogs");

    private final String program;
    private final String packageName;

    Tool(String program, String packageName) {
        this.program = program;
        this.packageName = packageName;
    }

    String program() {
        return program;
    }

    /** The package that brings it, under the same name on all big distributions. */
    String packageName() {
        return packageName;
    }
}
