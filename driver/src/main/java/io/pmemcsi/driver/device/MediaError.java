// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;

/**
 * A part of a device that the kernel knows to be damaged: reading it fails, and a program that has it mapped is killed with
 * SIGBUS.
 *
 * @param offset where it begins, counted from the first byte of the volume's device
 * @param length how long it is, above zero
 */
public record MediaError(ByteSize offset, ByteSize length) {
    @Override
    public String toString() {
        return length + " from offset " + offset.bytes();
    }
}
