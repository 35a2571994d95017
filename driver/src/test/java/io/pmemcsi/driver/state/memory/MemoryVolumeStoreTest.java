// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.memory;

import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeStoreContract;

final class MemoryVolumeStoreTest extends VolumeStoreContract {
    private final MemoryVolumeStore store = new MemoryVolumeStore();

    @Override
    protected VolumeStore start() {
        store.open();
        return store;
    }

    @Override
    protected VolumeStore restart() {
        return store;
    }
}
