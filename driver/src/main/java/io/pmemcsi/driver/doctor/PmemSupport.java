// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What persistent memory needs of the kernel and its surroundings.
 *
 * @param sysReadOnly whether {@code /sys} is mounted read-only
 * @param drivers the kernel's drivers of the nd bus that are there
 * @param deviceMapper whether device-mapper can be reached
 * @param options the kernel's configuration; empty when it is not known
 * @param nodeLvm the configuration of the node's own LVM
 */
public record PmemSupport(
        boolean sysReadOnly,
        Set<String> drivers,
        boolean deviceMapper,
        Optional<Map<String, String>> options,
        NodeLvm nodeLvm) {
    public PmemSupport {
        drivers = Set.copyOf(drivers);
        options = options.map(Map::copyOf);
    }
}
