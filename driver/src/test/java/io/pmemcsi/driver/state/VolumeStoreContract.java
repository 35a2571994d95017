// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every volume store does. */
public abstract class VolumeStoreContract {
    /** An opened store without records. */
    protected abstract VolumeStore start();

    /** The store that the next process makes; not yet opened. */
    protected abstract VolumeStore restart();

    @Test
    void a_new_store_is_empty() {
        VolumeStore store = start();
        assertThat(store.all()).isEmpty();
        assertThat(store.find(VolumeId.ofName("one"))).isEmpty();
    }

    @Test
    void a_saved_record_is_found() {
        VolumeStore store = start();
        VolumeRecord one = VolumeRecords.full("one");
        store.save(one);
        assertThat(store.find(one.id())).contains(one);
        assertThat(store.all()).containsExactly(one);
    }

    @Test
    void saving_replaces_the_record() {
        VolumeStore store = start();
        store.save(VolumeRecords.full("one"));
        VolumeRecord changed = VolumeRecords.creating("one").ready(ByteSize.mebibytes(5));
        store.save(changed);
        assertThat(store.all()).containsExactly(changed);
    }

    @Test
    void records_are_in_the_order_of_their_ids() {
        VolumeStore store = start();
        for (String name : new String[] {"m", "z", "a", "k"}) {
            store.save(VolumeRecords.creating(name));
        }
        assertThat(store.all()).extracting(VolumeRecord::id).isSorted().hasSize(4);
    }

    @Test
    void a_removed_record_is_gone() {
        VolumeStore store = start();
        VolumeRecord one = VolumeRecords.creating("one");
        VolumeRecord two = VolumeRecords.creating("two");
        store.save(one);
        store.save(two);
        store.remove(one.id());
        store.remove(one.id());
        assertThat(store.find(one.id())).isEmpty();
        assertThat(store.all()).containsExactly(two);
    }

    @Test
    void the_next_process_finds_what_was_saved() {
        VolumeStore store = start();
        store.save(VolumeRecords.full("one"));
        store.save(VolumeRecords.adopted("two"));
        store.save(VolumeRecords.creating("three"));
        store.remove(VolumeId.ofName("three"));
        VolumeStore next = restart();
        next.open();
        assertThat(next.all()).isEqualTo(store.all()).hasSize(2);
        assertThat(next.find(VolumeId.ofName("one"))).contains(VolumeRecords.full("one"));
    }

    @Test
    void what_all_has_returned_does_not_change() {
        VolumeStore store = start();
        store.save(VolumeRecords.creating("one"));
        var before = store.all();
        store.remove(VolumeId.ofName("one"));
        assertThat(before).hasSize(1);
    }

    @Test
    void many_threads_save_and_remove_different_volumes() {
        VolumeStore store = start();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 64; i++) {
                VolumeRecord volume = VolumeRecords.creating("volume " + i);
                boolean keep = i % 2 == 0;
                threads.execute(() -> {
                    store.save(volume);
                    store.all();
                    if (!keep) {
                        store.remove(volume.id());
                    }
                });
            }
        }
        assertThat(store.all()).hasSize(32);
        VolumeStore next = restart();
        next.open();
        assertThat(next.all()).isEqualTo(store.all());
    }
}
