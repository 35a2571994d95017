// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;

/**
 * Part of the list of all volumes, in the order of their ids.
 *
 * @param next the id after which the next part starts; empty at the end
 */
public record VolumePage(List<VolumeStatus> volumes, Optional<VolumeId> next) {}
