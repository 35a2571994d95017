// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

/** Where a volume is in its life. */
public enum VolumeState {
    /** The device may or may not exist; nobody was told that the volume exists. Undone at start. */
    CREATING,
    /** The volume exists. */
    READY,
    /** Nobody can reach the volume any more; its device is being erased and then removed. Resumed at start. */
    DELETING
}
