// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.util.Optional;

/**
 * A module of persistent memory.
 *
 * @param device its name in the kernel, such as {@code nmem0}
 * @param bus the bus it is on
 * @param id what its maker calls it; empty when it has no such name
 * @param enabled whether it has its driver
 * @param labels whether it has a place for labels, initialised or not
 * @param errors whether the platform reports that saving, restoring, arming or mapping has failed
 * @param health what it says of itself; empty when it cannot be asked
 */
public record Dimm(
        String device,
        String bus,
        String id,
        boolean enabled,
        boolean labels,
        boolean errors,
        Optional<DimmHealth> health) {}
