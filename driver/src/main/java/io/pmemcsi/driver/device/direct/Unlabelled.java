// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.Region;
import java.util.List;
import java.util.stream.Collectors;

/** Says why regions cannot be divided into namespaces, and what to do about it. */
final class Unlabelled {
    private Unlabelled() {}

    static String explain(List<Region> regions) {
        if (regions.isEmpty()) {
            return "the kernel knows no region of persistent memory";
        }
        return regions.stream().map(Unlabelled::explain).collect(Collectors.joining("; "));
    }

    private static String explain(Region region) {
        String device = region.device();
        if (!region.enabled()) {
            return device + " is disabled";
        }
        if (region.readOnly()) {
            return device + " is read-only";
        }
        if (!region.type().equals("pmem")) {
            return device + " is of type " + region.type();
        }
        if (region.dimms().isEmpty()) {
            return device + " has no modules that could hold labels (virtio-pmem, memmap=): use device mode lvm";
        }
        return device + " has labels that are not initialised: run 'ndctl disable-region " + device
                + "; ndctl init-labels " + String.join(" ", region.dimms()) + "; ndctl enable-region " + device
                + "', which loses what is on it, or use device mode lvm";
    }
}
