// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.doctor.PmemFacts.Group;
import io.pmemcsi.driver.doctor.PmemFacts.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A volume group of the driver. */
final class GroupCheck {
    private GroupCheck() {}

    static Diagnosis examine(Group group) {
        String name = "volume group " + group.name();
        String found = group.size() + ", " + group.free() + " free, on " + devices(group, _ -> true);
        if (group.missing() > 0) {
            return Diagnosis.problem(
                    name,
                    found + "; " + group.missing() + " of its physical volumes missing: new volumes are not made in it,"
                            + " and those with a part there cannot be used until it is back",
                    "enable what is disabled in: ndctl list --regions --namespaces --idle; or put the module back");
        }
        Predicate<Part> withoutDax = part -> DaxCheck.lacksDax(part.device());
        if (group.parts().stream().anyMatch(withoutDax)) {
            return Diagnosis.problem(
                    name,
                    found + "; no DAX on " + devices(group, withoutDax)
                            + ": volumes with usage AppDirect cannot be mounted",
                    anew(group) + "; a namespace that is not fsdax is to be destroyed before the last step, see there");
        }
        Predicate<Part> misaligned = part -> isMisaligned(group, part);
        return group.parts().stream().anyMatch(misaligned)
                ? Diagnosis.note(
                        name,
                        found + "; the extents on " + devices(group, misaligned)
                                + " do not begin at multiples of 2 MiB: files are mapped in pages of 4 KiB only",
                        anew(group))
                : Diagnosis.ok(name, found);
    }

    private static boolean isMisaligned(Group group, Part part) {
        return Stream.of(part.firstExtent(), group.extent())
                .anyMatch(offset -> DaxCheck.isMisaligned(part.device(), offset.bytes()));
    }

    private static String anew(Group group) {
        return "when all its volumes are deleted, make it anew: vgremove " + group.name() + " && pvremove "
                + devices(group, _ -> true).replace(",", "") + " && pmem-csi prepare";
    }

    private static String devices(Group group, Predicate<Part> wanted) {
        List<Path> devices = group.parts().stream()
                .filter(wanted)
                .map(part -> part.device().node())
                .toList();
        return devices.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
