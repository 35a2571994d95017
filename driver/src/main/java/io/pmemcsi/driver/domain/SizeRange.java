// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import java.util.Optional;

/**
 * What a caller asks of a volume's size (CSI {@code CapacityRange}).
 *
 * @param required the volume has at least this size; zero when the caller leaves it to the driver
 * @param limit the volume has at most this size; empty for no limit
 */
public record SizeRange(ByteSize required, Optional<ByteSize> limit) {
    /** Any size will do. */
    public static final SizeRange ANY = new SizeRange(ByteSize.ZERO, Optional.empty());

    public SizeRange {
        if (limit.isPresent() && limit.get().isBelow(required)) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "capacity_range: limit_bytes " + limit.get() + " is below required_bytes " + required);
        }
    }

    public static SizeRange atLeast(ByteSize required) {
        return new SizeRange(required, Optional.empty());
    }

    public boolean contains(ByteSize size) {
        return !size.isBelow(required) && limit.map(most -> !size.isAbove(most)).orElse(true);
    }

    @Override
    public String toString() {
        return limit.map(most -> "from " + required + " to " + most).orElse("at least " + required);
    }
}
