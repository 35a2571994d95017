// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;

/**
 * What a new device would be.
 *
 * @param step what is taken of the node's memory is a multiple of this
 * @param taken what is taken of the node's memory
 * @param device what the device shows of it; less where the kernel needs a part for itself
 * @param largest the largest device of this kind that would fit now; zero when none would
 */
public record SizePlan(ByteSize step, ByteSize taken, ByteSize device, ByteSize largest) {
    /** The plan of a mode whose devices show all that they take. */
    public static SizePlan whole(ByteSize step, ByteSize size, ByteSize largest) {
        return new SizePlan(step, size, size, largest);
    }
}
