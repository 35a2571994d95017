// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done with one region.
 *
 * @param region its name in the kernel
 * @param size all of it
 * @param steps what has to be done, in this order
 * @param refused what is left alone although it could be used, each with the reason and, where there is one, the way to change that
 * @param notes what else is worth knowing
 */
public record RegionPlan(String region, ByteSize size, List<Step> steps, List<Remark> refused, List<Remark> notes) {
    public RegionPlan {
        steps = List.copyOf(steps);
        refused = List.copyOf(refused);
        notes = List.copyOf(notes);
    }

    /** The same without its steps, because one of them has failed. */
    RegionPlan abandoned(String failure) {
        List<Remark> reasons = new ArrayList<>(refused);
        reasons.addFirst(new Remark(region, failure));
        return new RegionPlan(region, size, List.of(), reasons, notes);
    }
}
