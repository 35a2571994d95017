// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.VolumeCapability;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.state.VolumeRecord;
import java.util.Optional;

/** Whether a volume offers what ValidateVolumeCapabilities asks: the answer is confirmed, or a message. Pure. */
final class CapabilityCheck {
    private final VolumeRecord volume;

    CapabilityCheck(VolumeRecord volume) {
        this.volume = volume;
    }

    ValidateVolumeCapabilitiesResponse answer(ValidateVolumeCapabilitiesRequest request) {
        return objection(request)
                .map(message -> ValidateVolumeCapabilitiesResponse.newBuilder()
                        .setMessage(message)
                        .build())
                .orElseGet(() -> ValidateVolumeCapabilitiesResponse.newBuilder()
                        .setConfirmed(ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
                                .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
                                .putAllVolumeContext(request.getVolumeContextMap())
                                .putAllParameters(request.getParametersMap()))
                        .build());
    }

    private Optional<String> objection(ValidateVolumeCapabilitiesRequest request) {
        try {
            ControllerRequests.parameters(request.getParametersMap());
            ControllerRequests.refuseMutable(request.getMutableParametersMap());
        } catch (StorageException e) {
            return Optional.of(e.text());
        }
        return request.getVolumeCapabilitiesList().stream()
                .flatMap(capability -> objection(capability).stream())
                .findFirst();
    }

    private Optional<String> objection(VolumeCapability asked) {
        Capabilities.Capability capability;
        try {
            capability = Capabilities.one(true, asked);
        } catch (StorageException e) {
            return Optional.of(e.text());
        }
        AccessType access = volume.traits().access();
        if (capability.access() != access) {
            return Optional.of("access_type: the volume is " + access + ", not " + capability.access());
        }
        FsType fsType = volume.traits().fsType();
        if (access == AccessType.MOUNT
                && capability.fsType().filter(type -> type != fsType).isPresent()) {
            return Optional.of("fs_type: the volume is " + fsType.kernelName());
        }
        return Optional.empty();
    }
}
