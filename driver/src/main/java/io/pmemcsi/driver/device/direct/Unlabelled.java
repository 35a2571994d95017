// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Cures;
import io.pmemcsi.driver.device.Remark;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says why regions cannot be divided into namespaces, and what to do about it. */
final class Unlabelled {
    private Unlabelled() {}

    static String explain(List<Region> regions) {
        if (regions.isEmpty()) {
            return "the kernel knows no region of persistent memory";
        }
        return regions.stream()
                .map(Unlabelled::explain)
                .flatMap(Optional::stream)
                .map(remark -> remark.object() + " " + remark)
                .collect(Collectors.joining("; "));
    }

    /** Empty when it can be divided. */
    static Optional<Remark> explain(Region region) {
        String device = region.device();
        if (!region.enabled()) {
            return Optional.of(new Remark(device, "is disabled", Cures.enableRegion(device)));
        }
        if (region.readOnly()) {
            return Optional.of(new Remark(device, "is read-only", Cures.makeWritable(device)));
        }
        if (!region.type().equals("pmem")) {
            return Optional.of(new Remark(device, "is of type " + region.type()));
        }
        if (region.labelled()) {
            return Optional.empty();
        }
        if (region.dimms().isEmpty()) {
            return Optional.of(new Remark(
                    device,
                    "has no modules that could hold labels (virtio-pmem, memmap=)",
                    "use device mode lvm, which takes such memory as one piece"));
        }
        return Optional.of(new Remark(
                device,
                "has labels that are not initialised",
                "run 'ndctl disable-region " + device + "; ndctl init-labels " + String.join(" ", region.dimms())
                        + "; ndctl enable-region " + device + "', which loses what is on it, or use device mode lvm"));
    }
}
