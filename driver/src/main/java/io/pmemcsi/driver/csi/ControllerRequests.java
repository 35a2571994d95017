// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.GetCapacityRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.volume.VolumeParameters;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import io.pmemcsi.driver.volume.VolumeWish;
import java.util.Map;
import java.util.Optional;

/** Reads Controller requests. Pure. */
final class ControllerRequests {
    private final NodeIdentity node;

    ControllerRequests(NodeIdentity node) {
        this.node = node;
    }

    VolumeWish wish(CreateVolumeRequest request) {
        if (request.hasVolumeContentSource()) {
            throw Limits.invalid("volume_content_source: snapshots and clones are not supported");
        }
        refuseMutable(request.getMutableParametersMap());
        Capabilities.Capability capability =
                Capabilities.all("volume_capabilities", request.getVolumeCapabilitiesList());
        VolumeParameters parameters = parameters(request.getParametersMap());
        return new VolumeWish(capability.access(), capability.fsType(), parameters);
    }

    static void refuseMutable(Map<String, String> parameters) {
        if (!parameters.isEmpty()) {
            throw Limits.invalid("mutable_parameters: none are supported, but "
                    + Quoted.text(parameters.keySet().iterator().next()) + " is given");
        }
    }

    static VolumeParameters parameters(Map<String, String> parameters) {
        return VolumeParameters.parse(Origin.STORAGE_CLASS, Limits.map("parameters", parameters));
    }

    /** The kind of volume whose capacity is asked; empty for any. */
    static Optional<VolumeWish> wish(GetCapacityRequest request) {
        VolumeParameters parameters = parameters(request.getParametersMap());
        if (request.getVolumeCapabilitiesCount() > 0) {
            Capabilities.Capability capability =
                    Capabilities.all("volume_capabilities", request.getVolumeCapabilitiesList());
            return Optional.of(new VolumeWish(capability.access(), capability.fsType(), parameters));
        }
        return parameters.fsType().map(fsType -> new VolumeWish(AccessType.MOUNT, Optional.of(fsType), parameters));
    }

    static SizeRange size(CapacityRange range) {
        if (range.getRequiredBytes() < 0 || range.getLimitBytes() < 0) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "capacity_range: required_bytes " + range.getRequiredBytes() + " and limit_bytes "
                            + range.getLimitBytes() + " must not be negative");
        }
        Optional<ByteSize> limit =
                range.getLimitBytes() == 0 ? Optional.empty() : Optional.of(ByteSize.of(range.getLimitBytes()));
        return new SizeRange(ByteSize.of(range.getRequiredBytes()), limit);
    }

    /** The range of an expansion, which must be given. */
    static SizeRange expansion(boolean present, CapacityRange range) {
        if (!present) {
            throw Limits.invalid("capacity_range: missing");
        }
        return size(range);
    }

    /** @throws StorageException of kind OUT_OF_SPACE when the volume must be accessible from other nodes only */
    void checkTopology(boolean present, TopologyRequirement requirement) {
        if (present
                && requirement.getRequisiteCount() > 0
                && requirement.getRequisiteList().stream().noneMatch(this::isHere)) {
            throw new StorageException(
                    FailureKind.OUT_OF_SPACE,
                    "accessibility_requirements: this node, " + node.topologyKey() + "=" + node.nodeId()
                            + ", is not among the requisite topologies");
        }
    }

    /** Whether a topology is satisfied by this node. */
    boolean isHere(Topology topology) {
        return topology.getSegmentsMap().entrySet().stream()
                .allMatch(segment -> node.topology()
                        .getSegmentsOrDefault(segment.getKey(), "")
                        .equals(segment.getValue()));
    }

    static Optional<VolumeId> token(String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Optional<VolumeId> after = VolumeId.parse(token);
        if (after.isEmpty()) {
            throw new StorageException(
                    FailureKind.INVALID_TOKEN,
                    "starting_token: this driver has not issued this token; start again without");
        }
        return after;
    }

    static int maxEntries(int maxEntries) {
        if (maxEntries < 0) {
            throw Limits.invalid("max_entries: " + maxEntries + " must not be negative");
        }
        return maxEntries;
    }
}
