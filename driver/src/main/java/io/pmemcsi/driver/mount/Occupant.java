// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

/** What is mounted at a path, as seen by one device. */
public enum Occupant {
    NOTHING,
    /** The device's file system, or its block node. */
    THIS,
    /** Anything else. */
    OTHER
}
