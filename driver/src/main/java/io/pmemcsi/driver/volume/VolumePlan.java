// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.state.VolumeTraits;

/**
 * What a volume would be.
 *
 * @param mode the device mode, as on the command line
 * @param traits what it would be made for
 * @param minimum the smallest device for such a content; zero for raw block
 * @param sizes of its device
 * @param usable what its user can fill: all of a raw block device, about so much of a file system
 */
public record VolumePlan(String mode, VolumeTraits traits, ByteSize minimum, SizePlan sizes, ByteSize usable) {}
