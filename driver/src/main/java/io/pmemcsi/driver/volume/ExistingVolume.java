// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeTraits;
import java.util.ArrayList;
import java.util.List;

/** What CreateVolume finds under the name it was given. */
sealed interface ExistingVolume {
    /** The volume that was asked for. */
    record Same() implements ExistingVolume {}

    /** Another one; {@code difference} says in what. */
    record Conflicting(String difference) implements ExistingVolume {}

    /**
     * Compares a READY volume with a request. An adopted volume is nobody's: its record was lost, so that neither its
     * owner nor its traits are known, and its content may belong to somebody else than the caller.
     */
    static ExistingVolume compare(VolumeRecord found, SizeRange size, VolumeTraits asked) {
        if (found.name().isEmpty()) {
            return new Conflicting("it was adopted without its record, so that nobody knows whose content it holds;"
                    + " use it by its id " + found.id() + ", or delete it");
        }
        List<String> differences = new ArrayList<>();
        if (!size.contains(found.size())) {
            differences.add("its size is " + found.size() + ", asked is " + size);
        }
        differences.addAll(traitDifferences(found.traits(), asked));
        return differences.isEmpty() ? new Same() : new Conflicting(String.join("; ", differences));
    }

    private static List<String> traitDifferences(VolumeTraits found, VolumeTraits asked) {
        List<String> differences = new ArrayList<>();
        note(differences, "access type", found.access(), asked.access());
        if (found.access() == AccessType.MOUNT && asked.access() == AccessType.MOUNT) {
            note(
                    differences,
                    "fs_type",
                    found.fsType().kernelName(),
                    asked.fsType().kernelName());
        }
        note(differences, "usage", found.usage().parameter(), asked.usage().parameter());
        note(differences, "daxPolicy", found.dax().parameter(), asked.dax().parameter());
        note(differences, "eraseafter", found.eraseAfter(), asked.eraseAfter());
        return differences;
    }

    private static void note(List<String> differences, String what, Object found, Object asked) {
        if (!found.equals(asked)) {
            differences.add("its " + what + " is " + found + ", asked is " + asked);
        }
    }
}
