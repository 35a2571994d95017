// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.memory;

import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.Usage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One device: pages that were written, all others are zeroes. Not safe for concurrent use. */
final class MemoryDevice {
    static final int PAGE = 4096;

    private final Map<Long, byte[]> pages = new HashMap<>();
    private final Usage usage;
    private ByteSize size;
    private boolean quarantined;
    private int holders;
    private List<MediaError> damage = List.of();

    MemoryDevice(ByteSize size, Usage usage) {
        this.size = size;
        this.usage = usage;
    }

    Usage usage() {
        return usage;
    }

    ByteSize size() {
        return size;
    }

    void grow(ByteSize to) {
        size = to;
    }

    boolean isQuarantined() {
        return quarantined;
    }

    void quarantine(boolean on) {
        quarantined = on;
    }

    boolean isHeld() {
        return holders > 0;
    }

    void hold(int more) {
        holders += more;
    }

    List<MediaError> damage() {
        return damage;
    }

    void damage(List<MediaError> errors) {
        damage = List.copyOf(errors);
    }

    byte[] read(long offset, int length) {
        check(offset, length);
        byte[] data = new byte[length];
        for (int done = 0; done < length; ) {
            long at = offset + done;
            int part = partOfPage(at, length - done);
            byte[] page = pages.get(at / PAGE);
            if (page != null) {
                System.arraycopy(page, Math.toIntExact(at % PAGE), data, done, part);
            }
            done += part;
        }
        return data;
    }

    void write(long offset, byte[] data) {
        check(offset, data.length);
        for (int done = 0; done < data.length; ) {
            long at = offset + done;
            int part = partOfPage(at, data.length - done);
            byte[] page = pages.computeIfAbsent(at / PAGE, _ -> new byte[PAGE]);
            System.arraycopy(data, done, page, Math.toIntExact(at % PAGE), part);
            done += part;
        }
    }

    /** Zeroes whole pages from {@code from} (inclusive) to {@code to} (exclusive). */
    void zero(long from, long to) {
        pages.keySet().removeIf(page -> page * PAGE >= from && page * PAGE < to);
    }

    /** Whether any byte is not zero. */
    boolean holdsData() {
        return pages.values().stream().anyMatch(page -> !Arrays.equals(page, new byte[PAGE]));
    }

    private static int partOfPage(long at, int rest) {
        return Math.toIntExact(Math.min(rest, PAGE - at % PAGE));
    }

    private void check(long offset, int length) {
        if (offset < 0 || offset > size.bytes() - length) {
            throw new IllegalArgumentException(
                    "bytes " + offset + " to " + (offset + length) + " of a device of " + size + " bytes");
        }
    }
}
