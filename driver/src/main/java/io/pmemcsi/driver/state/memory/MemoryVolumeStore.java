// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.memory;

import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Volume records that end with this object. {@link #open} keeps what is there, to play a restart of the driver. */
public final class MemoryVolumeStore implements VolumeStore {
    private final NavigableMap<VolumeId, VolumeRecord> records = new ConcurrentSkipListMap<>();

    @Override
    public void open() {
        // Nothing was left by earlier processes.
    }

    @Override
    public List<VolumeRecord> all() {
        return List.copyOf(records.values());
    }

    @Override
    public Optional<VolumeRecord> find(VolumeId id) {
        return Optional.ofNullable(records.get(id));
    }

    @Override
    public void save(VolumeRecord volume) {
        records.put(volume.id(), volume);
    }

    @Override
    public void remove(VolumeId id) {
        records.remove(id);
    }
}
