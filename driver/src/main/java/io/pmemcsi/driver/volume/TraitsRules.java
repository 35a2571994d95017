// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.state.VolumeTraits;
import java.util.Optional;

/** Turns what a request says, and leaves open, into the traits of a volume. Pure. */
final class TraitsRules {
    private TraitsRules() {}

    /**
     * @throws StorageException of kind INVALID_REQUEST when the parameters contradict the capability or the device mode
     */
    static VolumeTraits traits(VolumeWish wish, DeviceTraits device) {
        VolumeParameters parameters = wish.parameters();
        Usage usage = parameters.usage().orElse(Usage.APP_DIRECT);
        return new VolumeTraits(
                wish.access(),
                fsType(wish.fsType(), parameters.fsType()),
                usage,
                dax(parameters.dax(), usage, device),
                parameters.eraseAfter().orElse(true));
    }

    private static FsType fsType(Optional<FsType> capability, Optional<FsType> parameter) {
        if (capability.isPresent() && parameter.isPresent() && !capability.equals(parameter)) {
            throw new StorageException(
                    FailureKind.INVALID_REQUEST,
                    "volume_capabilities: fs_type " + capability.get().kernelName() + " contradicts the parameter"
                            + " csi.storage.k8s.io/fstype " + parameter.get().kernelName());
        }
        return capability.or(() -> parameter).orElse(FsType.EXT4);
    }

    private static DaxPolicy dax(Optional<DaxPolicy> asked, Usage usage, DeviceTraits device) {
        if (asked.equals(Optional.of(DaxPolicy.REQUIRED)) && !device.dax()) {
            throw new StorageException(
                    FailureKind.INVALID_REQUEST,
                    "daxPolicy: \"required\" cannot be met in device mode " + device.mode()
                            + ", whose devices have no DAX; allowed are: preferred, never");
        }
        return asked.orElseGet(() -> daxByDefault(usage, device));
    }

    /** Whether DAX is needed when nobody says. */
    static DaxPolicy daxByDefault(Usage usage, DeviceTraits device) {
        return switch (usage) {
            case FILE_IO -> DaxPolicy.NEVER;
            case APP_DIRECT -> device.dax() ? DaxPolicy.REQUIRED : DaxPolicy.PREFERRED;
        };
    }

    /** The smallest device that can hold such a volume, as far as its content decides. */
    static ByteSize minimum(VolumeTraits traits) {
        return traits.access() == AccessType.MOUNT ? traits.fsType().minimum() : ByteSize.ZERO;
    }

    /** @throws StorageException of kind SIZE_UNSUPPORTED when a size is asked for that the file system cannot have */
    static void checkSize(SizeRange size, VolumeTraits traits) {
        checkSize("capacity_range", size, traits);
    }

    /**
     * @param field where the caller gave the size
     * @throws StorageException of kind SIZE_UNSUPPORTED when a size is asked for that the file system cannot have
     */
    static void checkSize(String field, SizeRange size, VolumeTraits traits) {
        ByteSize minimum = minimum(traits);
        boolean tooSmall = !size.required().isZero() && size.required().isBelow(minimum);
        boolean limited = size.limit().map(limit -> limit.isBelow(minimum)).orElse(false);
        if (tooSmall || limited) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    field + ": a volume of " + size + " is below the minimum of " + minimum + " for "
                            + traits.fsType().kernelName());
        }
    }
}
