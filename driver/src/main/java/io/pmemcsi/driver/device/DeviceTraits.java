// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import java.util.Optional;

/**
 * What is true of every device of a mode.
 *
 * @param mode the mode's name on the command line
 * @param dax whether file systems on these devices can be mounted with DAX
 * @param expandable whether {@link DeviceManager#expand} works
 * @param alwaysErased whether devices are overwritten on deletion even with {@code eraseafter=false}, because nothing
 *     else would keep the old content from the next volume or the backing store
 * @param caveat a sentence that every place a user looks at must show, for example that this is not persistent memory
 */
public record DeviceTraits(
        String mode, boolean dax, boolean expandable, boolean alwaysErased, Optional<String> caveat) {}
