// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.nio.ByteBuffer;
import java.util.UUID;

/** {@code uuid_t} of libuuid: the 16 bytes of a UUID in the order in which it is printed. */
final class Uuids {
    static final int LENGTH = 16;

    private Uuids() {}

    static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(LENGTH)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    static UUID of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
