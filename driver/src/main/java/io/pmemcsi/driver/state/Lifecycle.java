// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

/** Who decides how long a volume lives. */
public enum Lifecycle {
    /** CreateVolume to DeleteVolume. */
    PERSISTENT,
    /** A CSI ephemeral inline volume: first NodePublishVolume to NodeUnpublishVolume. */
    EPHEMERAL
}
