// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.Usage;

/**
 * What a new device must be like.
 *
 * @param size the size asked for
 * @param minimum what the content needs at least (a file system's minimum); the device is at least that large
 * @param usage what the volume is for
 */
public record DeviceRequest(SizeRange size, ByteSize minimum, Usage usage) {}
