// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;

/**
 * The volume records. A record that {@link #save} or {@link #remove} has returned for survives a crash of the process
 * and of the node. Safe for concurrent use; the caller serialises changes to one volume. Failures to write are
 * BACKEND_FAULT. The record then is what it was before the call, or, if even that could not be written back, what it was
 * to become; {@link #find} says which. After a crash it may be either, until a later call for the volume succeeds.
 */
public interface VolumeStore {
    /**
     * Reads what earlier processes have left. Called once, before any other method.
     *
     * @throws StorageException of kind NOT_READY when a record was written by a newer version of this driver, or of kind
     *     BACKEND_FAULT when the directory cannot be read. A damaged record is set aside, reported and not returned.
     */
    void open();

    /** All records in the order of their ids. */
    List<VolumeRecord> all();

    Optional<VolumeRecord> find(VolumeId id);

    /** Writes or replaces the record of its volume. */
    void save(VolumeRecord volume);

    /** Forgets a volume; an unknown one is not an error. */
    void remove(VolumeId id);
}
