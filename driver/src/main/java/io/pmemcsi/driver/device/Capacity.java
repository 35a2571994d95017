// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;

/**
 * The space of this node at one moment.
 *
 * @param total all memory of the kind this mode manages
 * @param managed the part of it that volumes may use
 * @param available what is free for new volumes; space that is still being erased is not
 * @param largest the largest single volume that could be made now
 * @param minimum the smallest volume that this mode makes
 */
public record Capacity(ByteSize total, ByteSize managed, ByteSize available, ByteSize largest, ByteSize minimum) {}
