// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/** How a volume is shown to a pod. */
public enum AccessType {
    /** As a mounted file system. */
    MOUNT,
    /** As a raw block device. */
    BLOCK
}
