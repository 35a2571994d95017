// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;

/**
 * Which size a device gets.
 *
 * @param unit device sizes are multiples of this; also the smallest device
 * @param managed all space that volumes may use
 */
public record SizeRule(ByteSize unit, ByteSize managed) {
    /**
     * The size of a new device: the smallest multiple of the unit that is enough.
     *
     * @throws StorageException of kind SIZE_UNSUPPORTED when that is above the limit of the request or above all managed
     *     space
     */
    public ByteSize choose(DeviceRequest request) {
        ByteSize least = least(request);
        if (least.isAbove(managed)) {
            throw unsupported(request, least, "this node manages " + managed + " in all");
        }
        ByteSize size = least.roundUpTo(unit);
        if (size.isAbove(managed)) {
            throw unsupported(request, size, "this node manages " + managed + " in all");
        }
        if (request.size().limit().map(size::isAbove).orElse(false)) {
            throw unsupported(request, size, "that is above the limit");
        }
        return size;
    }

    /** Whether a device of {@code size} is what {@code request} asks for. */
    public static boolean fits(ByteSize size, DeviceRequest request) {
        return request.size().contains(size) && !size.isBelow(request.minimum());
    }

    /** What was asked for and what became of it, for error texts. */
    public static String describe(DeviceRequest request, ByteSize size) {
        return "requested " + request.size() + " (minimum of the content " + request.minimum() + "), rounded to "
                + size;
    }

    private ByteSize least(DeviceRequest request) {
        return ByteSize.max(unit, ByteSize.max(request.size().required(), request.minimum()));
    }

    private StorageException unsupported(DeviceRequest request, ByteSize size, String reason) {
        return new StorageException(
                FailureKind.SIZE_UNSUPPORTED,
                describe(request, size) + " in units of " + unit + ": no such volume can exist here; " + reason);
    }
}
