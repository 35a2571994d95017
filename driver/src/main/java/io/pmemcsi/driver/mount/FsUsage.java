// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.domain.ByteSize;

/**
 * Space and inodes of a mounted file system (statvfs(3)).
 *
 * @param available what an unprivileged process may still use
 */
public record FsUsage(
        ByteSize total, ByteSize used, ByteSize available, long inodes, long inodesUsed, long inodesFree) {}
