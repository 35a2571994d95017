// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.List;

/** What volumes are made of, and what they could be made of; {@link PmemChecks} looks closer in the modes that use it. */
final class DeviceChecks {
    static final List<Check> ALL = List.of(DeviceChecks::mode);

    private DeviceChecks() {}

    static Diagnosis persistentMemory(Facts facts) {
        String name = "persistent memory";
        int regions = facts.system().regions().orElse(0);
        if (regions > 0) {
            return Diagnosis.note(
                    name, "this node has " + regions + " persistent memory region" + (regions == 1 ? "" : "s"), "");
        }
        boolean supported = facts.system().regions().isPresent();
        String finding = "no persistent memory found";
        return Diagnosis.note(
                name, supported ? finding : finding + " (the kernel has no /sys/bus/nd: module libnvdimm)", "");
    }

    static Diagnosis mode(Facts facts) {
        String name = "device mode";
        return switch (facts.config().devices().mode()) {
            case EMULATED ->
                Diagnosis.note(
                        name, "emulated volumes are files behind loop devices, not persistent memory; no DAX", "");
            case MEMORY -> Diagnosis.note(name, "memory volumes are nothing real and not persistent; for tests", "");
            case LVM, DIRECT ->
                Diagnosis.ok(name, facts.config().devices().mode().flag());
        };
    }
}
