// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.PersistenceDomain;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Persistent memory that does as the kernel does: namespaces take the first gap that is large enough, their devices get
 * the lowest free number, and enabling one writes around its data. Pages that nobody has written are zero.
 */
final class ImaginedMedium implements Medium {
    private static final long PAGE = 4096;
    private static final long HEAD = 8192;

    private final List<Region> regions = new ArrayList<>();
    private final Map<UUID, Part> parts = new HashMap<>();
    private final Map<String, byte[]> pages = new HashMap<>();
    private final Set<UUID> held = new HashSet<>();
    private final List<BadBlocks.Range> bad = new ArrayList<>();
    private long missing;

    /** A namespace: where it is, and the number of its device, or -1. */
    private record Part(NamespaceSpec spec, long offset, int number, boolean raw) {
        Part enabled(int newNumber, boolean newRaw) {
            return new Part(spec, offset, newNumber, newRaw);
        }

        long end() {
            return offset + spec.rawSize();
        }
    }

    ImaginedMedium region(String device, ByteSize size) {
        return region(device, size, true);
    }

    ImaginedMedium region(String device, ByteSize size, boolean labelled) {
        regions.add(new Region(
                device,
                "ndbus0",
                "test",
                "pmem",
                size.bytes(),
                size.bytes(),
                size.bytes(),
                16L << 20,
                1,
                0,
                PersistenceDomain.UNKNOWN,
                false,
                true,
                labelled,
                labelled ? List.of("nmem0") : List.of()));
        return this;
    }

    /** From now on devices show {@code bytes} less than the driver expects. */
    synchronized void showLess(long bytes) {
        missing = bytes;
    }

    synchronized void hold(Path node, boolean hold) {
        UUID uuid = at(node).spec().uuid();
        if (hold) {
            held.add(uuid);
        } else {
            held.remove(uuid);
        }
    }

    synchronized void damage(BadBlocks.Range range) {
        bad.add(range);
    }

    /** What a restart of the machine does: all namespaces come up as what they are, with new numbers. */
    synchronized void reboot() {
        held.clear();
        parts.replaceAll((_, part) -> part.enabled(-1, false));
        namespaces().reversed().forEach(this::enable);
    }

    /** What an administrator does. */
    synchronized void disable(Path node) {
        Part part = at(node);
        parts.put(part.spec().uuid(), part.enabled(-1, part.raw()));
    }

    /** A namespace as a process leaves it that was killed before it could do more. */
    synchronized void makeHalf(NamespaceSpec spec) {
        parts.put(spec.uuid(), new Part(spec, gap(spec), -1, false));
    }

    /** Loses what describes a namespace. */
    synchronized void scratchHead(Path node, byte[] data) {
        Part part = at(node);
        write(part.spec().region(), part.offset() + PAGE, data);
    }

    synchronized byte[] read(Path node, long offset, int length) {
        Part part = at(node);
        byte[] data = new byte[length];
        long start = part.offset() + namespace(part).dataOffset() + offset;
        for (int i = 0; i < length; i++) {
            byte[] page = pages.get(key(part.spec().region(), (start + i) / PAGE));
            data[i] = page == null ? 0 : page[(int) ((start + i) % PAGE)];
        }
        return data;
    }

    synchronized void write(Path node, long offset, byte[] data) {
        Part part = at(node);
        write(part.spec().region(), part.offset() + namespace(part).dataOffset() + offset, data);
    }

    private void write(String region, long start, byte[] data) {
        for (int i = 0; i < data.length; i++) {
            byte[] page = pages.computeIfAbsent(key(region, (start + i) / PAGE), _ -> new byte[(int) PAGE]);
            page[(int) ((start + i) % PAGE)] = data[i];
        }
    }

    private static String key(String region, long page) {
        return region + "/" + page;
    }

    /** Whether anything but zeroes is anywhere. */
    synchronized boolean isAllZero() {
        return pages.values().stream().allMatch(page -> Arrays.equals(page, new byte[(int) PAGE]));
    }

    @Override
    public synchronized List<Region> regions() {
        return regions.stream().map(this::withSpace).toList();
    }

    private Region withSpace(Region region) {
        List<long[]> gaps = gaps(region.device());
        long free = gaps.stream().mapToLong(gap -> gap[1] - gap[0]).sum();
        long most = gaps.stream().mapToLong(gap -> gap[1] - gap[0]).max().orElse(0);
        boolean labelled = region.labelled();
        return new Region(
                region.device(),
                region.bus(),
                region.provider(),
                region.type(),
                region.size(),
                labelled ? free : 0,
                labelled ? most : 0,
                region.align(),
                1,
                0,
                region.persistenceDomain(),
                false,
                true,
                labelled,
                region.dimms());
    }

    private List<long[]> gaps(String region) {
        List<long[]> gaps = new ArrayList<>();
        long at = 0;
        List<Part> sorted = parts.values().stream()
                .filter(part -> part.spec().region().equals(region))
                .sorted((a, b) -> Long.compare(a.offset(), b.offset()))
                .toList();
        for (Part part : sorted) {
            if (part.offset() > at) {
                gaps.add(new long[] {at, part.offset()});
            }
            at = part.end();
        }
        long size = regions.stream()
                .filter(known -> known.device().equals(region))
                .findFirst()
                .orElseThrow()
                .size();
        if (size > at) {
            gaps.add(new long[] {at, size});
        }
        return gaps;
    }

    private long gap(NamespaceSpec spec) {
        return gaps(spec.region()).stream()
                .filter(gap -> gap[1] - gap[0] >= spec.rawSize())
                .findFirst()
                .orElseThrow(() -> new NativeCallException("set_size", Errno.ENOSPC))[0];
    }

    @Override
    public synchronized List<Namespace> namespaces() {
        return parts.values().stream().map(this::namespace).toList();
    }

    private Namespace namespace(Part part) {
        NamespaceSpec spec = part.spec();
        boolean described = !part.raw() && isDescribed(part);
        NamespaceMode mode = described ? spec.mode() : NamespaceMode.RAW;
        ByteSize raw = ByteSize.of(spec.rawSize());
        boolean enabled = part.number() >= 0;
        long shown = NamespaceSizes.usable(mode, raw).bytes() - missing;
        return new Namespace(
                "namespace0-" + spec.uuid(),
                spec.region(),
                spec.name(),
                spec.uuid(),
                enabled ? mode : NamespaceMode.RAW,
                part.raw(),
                spec.rawSize(),
                described && enabled ? shown : spec.rawSize(),
                described && enabled && mode == NamespaceMode.FSDAX
                        ? spec.rawSize() - NamespaceSizes.usable(mode, raw).bytes()
                        : 0,
                enabled ? Optional.of(Path.of("/dev/pmem" + part.number())) : Optional.empty(),
                enabled,
                true);
    }

    private boolean isDescribed(Part part) {
        byte[] page = pages.get(key(part.spec().region(), part.offset() / PAGE + 1));
        return page != null && page[0] == 'D';
    }

    private boolean losesAnswer;
    private int busy;

    @Override
    public synchronized Namespace create(NamespaceSpec spec) {
        Part part = new Part(spec, gap(spec), -1, false);
        parts.put(spec.uuid(), part);
        write(spec.region(), part.offset() + PAGE, new byte[] {'D'});
        Namespace made = enable(namespace(part));
        if (losesAnswer) {
            losesAnswer = false;
            throw new NativeCallException("looking at the new namespace", Errno.EIO);
        }
        return made;
    }

    /** Somebody claims each device for so many attempts. */
    void claimForAttempts(int attempts) {
        busy = attempts;
    }

    /** The next creation succeeds and says that it has failed. */
    void loseAnswer() {
        losesAnswer = true;
    }

    @Override
    public synchronized Namespace enable(Namespace namespace) {
        Part part = part(namespace);
        if (part.number() >= 0 && !part.raw()) {
            return namespace(part);
        }
        refuseHeld(part);
        Part enabled = part.enabled(number(part), false);
        parts.put(namespace.uuid(), enabled);
        if (isDescribed(enabled)) {
            writeAround(enabled);
        }
        return namespace(enabled);
    }

    /** Page structures before the data, or the map after it. */
    private void writeAround(Part part) {
        Namespace namespace = namespace(part);
        byte[] kernel = "kernel".getBytes(StandardCharsets.UTF_8);
        if (namespace.mode() == NamespaceMode.FSDAX) {
            for (long at = HEAD; at < namespace.dataOffset(); at += 64 * PAGE) {
                write(part.spec().region(), part.offset() + at, kernel);
            }
        } else {
            write(part.spec().region(), part.end() - PAGE, kernel);
        }
    }

    @Override
    public synchronized Namespace enableRaw(Namespace namespace) {
        Part part = part(namespace);
        refuseHeld(part);
        Part enabled = part.enabled(number(part), true);
        parts.put(namespace.uuid(), enabled);
        return namespace(enabled);
    }

    private int number(Part part) {
        return IntStream.iterate(0, number -> number + 1)
                .filter(number -> parts.values().stream()
                        .noneMatch(other -> !other.spec().equals(part.spec()) && other.number() == number))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public synchronized void destroy(Namespace namespace) {
        Part part = part(namespace);
        refuseHeld(part);
        parts.remove(part.spec().uuid());
    }

    private void refuseHeld(Part part) {
        if (held.contains(part.spec().uuid())) {
            throw new NativeCallException("disable_safe", Errno.EBUSY);
        }
    }

    private Part part(Namespace namespace) {
        return Optional.ofNullable(parts.get(namespace.uuid()))
                .orElseThrow(() -> new NativeCallException("looking for " + namespace.device(), Errno.ENODEV));
    }

    private Part at(Path node) {
        return parts.values().stream()
                .filter(part -> node.equals(Path.of("/dev/pmem" + part.number())))
                .findFirst()
                .orElseThrow(() -> new NativeCallException("open " + node, Errno.ENOENT));
    }

    @Override
    public synchronized Optional<String> identity(Path node) {
        return parts.values().stream()
                .filter(part -> node.equals(Path.of("/dev/pmem" + part.number())))
                .map(part -> part.spec().uuid() + (part.raw() ? " raw" : ""))
                .findFirst();
    }

    @Override
    public synchronized void zero(Path node, long offset, long length) {
        if (busy > 0) {
            busy--;
            throw new NativeCallException("open(" + node + ")", Errno.EBUSY);
        }
        Part part = at(node);
        refuseHeld(part);
        Namespace namespace = namespace(part);
        if (offset < 0 || offset % 512 != 0 || length % 512 != 0 || offset + length > namespace.size()) {
            throw new NativeCallException("BLKZEROOUT", Errno.EINVAL);
        }
        long start = part.offset() + namespace.dataOffset() + offset;
        for (long page = start / PAGE; page < (start + length) / PAGE; page++) {
            pages.remove(key(part.spec().region(), page));
        }
    }

    @Override
    public synchronized boolean isBlank(Path node, int length) {
        return Arrays.equals(read(node, 0, length), new byte[length]);
    }

    @Override
    public synchronized List<BadBlocks.Range> badBlocks(Path node) {
        return List.copyOf(bad);
    }
}
