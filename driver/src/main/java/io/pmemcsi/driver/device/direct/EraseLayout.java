// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Where what a device shows is within its namespace, and what else is there. Everything is overwritten with the device: the
 * page structures of FSDAX are pieces of the kernel's memory, and the spare sectors of a BTT are a user's old data.
 *
 * <p>The first bytes describe the namespace; they go last, so that one whose erasing is cut off by a power failure is still what
 * it was.
 *
 * @param head the bytes that describe the namespace
 * @param data where the device's first byte is
 * @param size how much the device shows
 * @param raw how large the namespace is
 */
record EraseLayout(long head, long data, long size, long raw) {
    private static final long HEAD = 8192;
    private static final long PAGE = 4096;

    /** A part of the namespace. */
    record Span(long offset, long length) {}

    /** The layout of an enabled namespace; for one without a description all of it is data. */
    static EraseLayout of(Namespace namespace) {
        if (!namespace.isStacked() || namespace.rawMode()) {
            return new EraseLayout(0, 0, namespace.rawSize(), namespace.rawSize());
        }
        long data = namespace.mode() == NamespaceMode.SECTOR ? HEAD : Math.max(HEAD, namespace.dataOffset());
        return new EraseLayout(HEAD, data, namespace.size(), namespace.rawSize());
    }

    /** What is overwritten together with the bytes from {@code from} to {@code to} of the device. */
    List<Span> step(long from, long to) {
        List<Span> spans = new ArrayList<>();
        long end = to >= size ? raw : data + to;
        add(spans, data + from, end);
        add(spans, head + share(from), head + share(to));
        return spans;
    }

    /** All that is overwritten although no part of the device is, when it never had a user. */
    List<Span> surroundings() {
        List<Span> spans = new ArrayList<>();
        add(spans, head, data);
        add(spans, data + size, raw);
        return spans;
    }

    /** What ends the namespace. */
    Span ending() {
        return new Span(0, Math.min(HEAD, raw));
    }

    /** How much of what is before the data goes with the first {@code bytes} of it. */
    private long share(long bytes) {
        long before = data - head;
        if (bytes >= size) {
            return before;
        }
        long part = (long) ((double) bytes / size * before);
        return part - part % PAGE;
    }

    private static void add(List<Span> spans, long from, long to) {
        if (to > from) {
            spans.add(new Span(from, to - from));
        }
    }
}
