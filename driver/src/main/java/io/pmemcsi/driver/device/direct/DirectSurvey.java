// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Cures;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What device mode direct makes of the persistent memory of a node at one moment. Pure.
 *
 * @param regions all regions
 * @param namespaces all namespaces
 */
public record DirectSurvey(List<Region> regions, List<Namespace> namespaces) {
    public DirectSurvey {
        regions = List.copyOf(regions);
        namespaces = List.copyOf(namespaces);
    }

    /** Whether it is a volume. */
    public boolean isOwn(Namespace namespace) {
        return namespace.labelled() && VolumeId.parse(namespace.name()).isPresent();
    }

    /** Whether there is a region that volumes can be made in. */
    public boolean hasUsableRegion() {
        return !new RegionChoice(regions).regions().isEmpty();
    }

    /** What the mode cannot use, and why. */
    public List<Remark> obstacles() {
        return Stream.concat(
                        regions.stream().map(Unlabelled::explain),
                        namespaces.stream()
                                .filter(Namespace::labelled)
                                .map(namespace -> isOwn(namespace) ? own(namespace) : Optional.of(foreign(namespace))))
                .flatMap(Optional::stream)
                .toList();
    }

    /** One that is disabled is enabled when it is needed, one that is raw is being erased. */
    private static Optional<Remark> own(Namespace namespace) {
        if (!namespace.enabled() || namespace.rawMode() || namespace.isStacked()) {
            return Optional.empty();
        }
        return Optional.of(new Remark(
                namespace.device(),
                "volume " + namespace.name() + " has lost the block that says where its data is",
                "start the driver anew: it removes what was half made. If this stays and " + discard(namespace)));
    }

    private static Remark foreign(Namespace namespace) {
        return new Remark(
                namespace.device(),
                "takes space of " + namespace.region() + " and is no volume"
                        + (namespace.name().isEmpty() ? "" : ", but named '" + namespace.name() + "'")
                        + ": it is left alone",
                discard(namespace));
    }

    private static String discard(Namespace namespace) {
        return Cures.discard(namespace.device(), namespace.labelled());
    }
}
