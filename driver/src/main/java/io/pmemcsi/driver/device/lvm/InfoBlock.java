// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The blocks by which the kernel knows what bare persistent memory is used as: {@code drivers/nvdimm/pfn.h} and
 * {@code drivers/nvdimm/btt.h}. Memory with one that it does not accept (of another page size, say) appears as bare memory.
 */
final class InfoBlock {
    /** As far as they lie: that of a BTT at 0 or 4096, the others at 4096. */
    static final int HEAD = 8192;

    private static final List<Integer> PLACES = List.of(0, 4096);
    private static final int SIGNATURE = 16;
    private static final Map<String, String> KNOWN =
            Map.of("NVDIMM_PFN_INFO", "fsdax", "NVDIMM_DAX_INFO", "devdax", "BTT_ARENA_INFO", "sector");

    private InfoBlock() {}

    /** What the first bytes of bare memory say that it is; empty when they say nothing. */
    static Optional<String> recognise(ByteBuffer head) {
        return PLACES.stream()
                .filter(place -> place + SIGNATURE <= head.limit())
                .map(place -> KNOWN.get(signature(head, place)))
                .flatMap(mode -> Optional.ofNullable(mode).stream())
                .findFirst()
                .map(mode -> "a namespace of mode " + mode + " that the kernel does not accept");
    }

    /** As {@link #recognise}, but all that is not proven to be zeroes counts: a damaged block has no signature any more. */
    static Optional<String> unlessBlank(ByteBuffer head) {
        return recognise(head)
                .or(() -> head.limit() >= HEAD
                                && ByteBuffer.allocate(head.limit())
                                        .equals(head.duplicate().rewind())
                        ? Optional.empty()
                        : Optional.of("something unknown in its first bytes"));
    }

    private static String signature(ByteBuffer head, int place) {
        byte[] text = new byte[SIGNATURE];
        head.get(place, text);
        return new String(text, US_ASCII).replace("\0", "");
    }
}
