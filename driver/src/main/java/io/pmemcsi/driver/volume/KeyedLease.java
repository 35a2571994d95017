// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets one operation at a time change a volume. A second one is refused rather than queued. Safe for concurrent use. */
public final class KeyedLease {
    private final Set<VolumeId> busy = ConcurrentHashMap.newKeySet();

    /** Held until closed. */
    interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws StorageException of kind BUSY when another operation holds the lease of {@code id} */
    Lease take(VolumeId id) {
        if (!busy.add(id)) {
            throw new StorageException(
                    FailureKind.BUSY, "another operation on volume " + id + " is under way; repeat the call later");
        }
        return () -> busy.remove(id);
    }
}
