// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Block devices for volumes, made from the memory of this node.
 *
 * <p>Implementations are safe for concurrent use on different volumes; callers serialise calls on one volume, except
 * that {@link #find} may come at any time. The medium itself says which devices are this driver's, so that {@link #recover} finds them without any other state.
 * Every method may throw a {@link StorageException} of kind BACKEND_FAULT when the kernel or a library fails.
 */
public interface DeviceManager {
    DeviceTraits traits();

    /**
     * Finds all devices of this driver, makes them usable again (after a restart of the driver or the node), and removes
     * what an interrupted call has left that is no device: temporary files, loop devices without a volume. Called
     * once, before any other method.
     *
     * @return every device, in no particular order
     */
    List<Device> recover();

    /** The space now. Never waits for {@link #create}, {@link #zero} or {@link #remove} of a volume. */
    Capacity capacity();

    /**
     * What {@link #create} would make of the request on this node; changes nothing. That it does not fit now is no failure. Never
     * waits for {@link #create}, {@link #zero} or {@link #remove} of a volume.
     *
     * @throws StorageException of kind SIZE_UNSUPPORTED as {@link #create} says, or OUT_OF_SPACE when there is no memory at all
     *     whose rules would tell
     */
    SizePlan plan(DeviceRequest request);

    /**
     * Makes the device of {@code id}, or returns the one that is there if its size fits {@code request}. What a new
     * device shows to a reader is never what another volume has held.
     *
     * @throws StorageException of kind SIZE_UNSUPPORTED (no such size can exist here: below the minimum, above the
     *     limit after rounding, above all managed space), OUT_OF_SPACE (not now; the message says what would fit),
     *     EXISTS_DIFFERENTLY (there, with another size) or BUSY (there, but quarantined). Nothing is left behind in any
     *     of these cases.
     */
    Device create(VolumeId id, DeviceRequest request);

    /**
     * The device of {@code id}, ready for use: when something else has taken it out of use meanwhile, it is made usable
     * again, as {@link #recover} does. Cheap when it is ready, so that it may be asked for health reports.
     *
     * @return empty when there is none or it is quarantined
     * @throws StorageException of kind BACKEND_FAULT when it exists but cannot be used; the message says why
     */
    Optional<Device> find(VolumeId id);

    /**
     * Grows a device while it is in use. A device that already fits is returned as it is; it never shrinks.
     *
     * @throws StorageException of kind NOT_FOUND, SIZE_UNSUPPORTED, OUT_OF_SPACE or UNSUPPORTED; the device then keeps
     *     its size
     */
    Device expand(VolumeId id, DeviceRequest request);

    /**
     * Takes the device out of use before it is erased: afterwards no new opener finds it. Its space stays taken.
     * Quarantine ends with the process: {@link #recover} returns such a device like any other, and the caller quarantines
     * it again. Repeating the call, and calling it for an unknown device, does nothing.
     *
     * @throws StorageException of kind IN_USE when the device is still mounted or otherwise held; nothing has changed
     */
    void quarantine(VolumeId id);

    /**
     * Overwrites part of a quarantined device with zeroes and makes that durable.
     *
     * @param offset the first byte, a multiple of 4096
     * @param length at most this many bytes, 4096 or more; cut at the end of the device
     * @return the offset after the last zeroed byte; empty when the end of the device has been reached
     * @throws StorageException of kind IN_USE when the device is not quarantined; NOT_FOUND when it is not there: nobody knows
     *     then what its medium still holds
     */
    OptionalLong zero(VolumeId id, long offset, ByteSize length);

    /**
     * Gives the space of a quarantined device back. Removing an unknown device does nothing.
     *
     * @throws StorageException of kind IN_USE when the device is not quarantined
     */
    void remove(VolumeId id);

    /**
     * The parts of a device that are known to be damaged, without reading it; in ascending order, cut at its end. Cheap, so
     * that it may be asked for health reports. Empty also for an unknown or quarantined device.
     *
     * @throws StorageException of kind BACKEND_FAULT when that cannot be found out
     */
    List<MediaError> mediaErrors(VolumeId id);
}
