// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/** Who may use a volume at the same time, on this one node (CSI {@code VolumeCapability.AccessMode}). */
public enum AccessMode {
    SINGLE_NODE_WRITER,
    SINGLE_NODE_READER_ONLY,
    /** One pod only: a second publish at another target is refused. */
    SINGLE_NODE_SINGLE_WRITER,
    SINGLE_NODE_MULTI_WRITER
}
