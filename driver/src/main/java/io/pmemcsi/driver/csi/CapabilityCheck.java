// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.VolumeCapability;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeTraits;
import io.pmemcsi.driver.volume.VolumeParameters;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a volume is what ValidateVolumeCapabilities asks: the answer is confirmed, or a message. Confirmed is only what
 * was compared with the volume. Keys that Kubernetes adds for itself mean nothing here, so they are passed over. Pure.
 */
final class CapabilityCheck {
    private final VolumeRecord volume;
    private final VolumeTraits traits;

    CapabilityCheck(VolumeRecord volume) {
        this.volume = volume;
        this.traits = volume.traits();
    }

    ValidateVolumeCapabilitiesResponse answer(ValidateVolumeCapabilitiesRequest request) {
        var answer = ValidateVolumeCapabilitiesResponse.newBuilder();
        objection(request).ifPresentOrElse(answer::setMessage, () -> answer.setConfirmed(confirmed(request)));
        return answer.build();
    }

    private ValidateVolumeCapabilitiesResponse.Confirmed confirmed(ValidateVolumeCapabilitiesRequest request) {
        return ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
                .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
                .putAllVolumeContext(compared(request.getVolumeContextMap(), this::isHandedOut))
                .putAllParameters(compared(request.getParametersMap(), this::isParameter))
                .build();
    }

    private static Map<String, String> compared(Map<String, String> given, Predicate<String> isCompared) {
        return given.entrySet().stream()
                .filter(entry -> isCompared.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean isHandedOut(String key) {
        return Replies.context(volume).containsKey(key);
    }

    private boolean isParameter(String key) {
        boolean fsType = key.equals(VolumeParameters.FS_TYPE);
        return fsType ? traits.access() == AccessType.MOUNT : !VolumeParameters.isOfKubernetes(key);
    }

    private Optional<String> objection(ValidateVolumeCapabilitiesRequest request) {
        Stream<Supplier<Optional<String>>> checks = Stream.of(
                () -> toParameters(request),
                () -> toContext(request.getVolumeContextMap()),
                () -> request.getVolumeCapabilitiesList().stream()
                        .flatMap(capability -> toCapability(capability).stream())
                        .findFirst());
        return checks.flatMap(check -> check.get().stream()).findFirst();
    }

    private Optional<String> toParameters(ValidateVolumeCapabilitiesRequest request) {
        VolumeParameters asked;
        try {
            asked = ControllerRequests.parameters(request.getParametersMap());
            ControllerRequests.refuseMutable(request.getMutableParametersMap());
        } catch (StorageException e) {
            return Optional.of(e.text());
        }
        Optional<FsType> fsType = traits.access() == AccessType.MOUNT ? asked.fsType() : Optional.empty();
        return Stream.of(
                        other("eraseafter", asked.eraseAfter(), traits.eraseAfter(), String::valueOf),
                        other("usage", asked.usage(), traits.usage(), Usage::parameter),
                        other("daxPolicy", asked.dax(), traits.dax(), DaxPolicy::parameter),
                        other(VolumeParameters.FS_TYPE, fsType, traits.fsType(), FsType::kernelName))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static <T> Optional<String> other(String key, Optional<T> asked, T has, Function<T, String> text) {
        return asked.filter(value -> !value.equals(has))
                .map(value ->
                        "parameters[" + key + "]: the volume has " + text.apply(has) + ", not " + text.apply(value));
    }

    private Optional<String> toContext(Map<String, String> given) {
        Map<String, String> handedOut = Replies.context(volume);
        return given.entrySet().stream()
                .filter(entry -> !VolumeParameters.isOfKubernetes(entry.getKey()))
                .filter(entry -> !entry.getValue().equals(handedOut.get(entry.getKey())))
                .map(entry -> "volume_context: this driver has handed out " + handedOut + " for the volume, not "
                        + Quoted.text(entry.getKey() + "=" + entry.getValue()))
                .findFirst();
    }

    private Optional<String> toCapability(VolumeCapability asked) {
        Capabilities.Capability capability;
        try {
            capability = Capabilities.one(true, asked);
        } catch (StorageException e) {
            return Optional.of(e.text());
        }
        AccessType access = traits.access();
        if (capability.access() != access) {
            return Optional.of("access_type: the volume is " + access + ", not " + capability.access());
        }
        FsType fsType = traits.fsType();
        if (access == AccessType.MOUNT
                && capability.fsType().filter(type -> type != fsType).isPresent()) {
            return Optional.of("fs_type: the volume is " + fsType.kernelName());
        }
        return Optional.empty();
    }
}
