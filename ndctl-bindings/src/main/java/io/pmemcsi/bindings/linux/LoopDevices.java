// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.ffi.Pointer;

/**
 * Loop devices: block devices made of files. Requests as in {@code linux/loop.h}, attributes as in
 * {@code /sys/block/loop*}. Needs Linux 5.8 (LOOP_CONFIGURE) and root. Safe for concurrent use, also beside other
 * programs that attach and detach. Failures are {@link NativeCallException}, or {@link UncheckedIOException} from sysfs.
 */
public final class LoopDevices {
    private static final long LOOP_CLR_FD = 0x4C01;
    private static final long LOOP_SET_STATUS64 = 0x4C04;
    private static final long LOOP_GET_STATUS64 = 0x4C05;
    private static final long LOOP_SET_CAPACITY = 0x4C07;
    private static final long LOOP_CONFIGURE = 0x4C0A;
    private static final long LOOP_CTL_GET_FREE = 0x4C82;

    private static final Path CONTROL = Path.of("/dev/loop-control");
    private static final Path SYSFS = Path.of("/sys/block");
    private static final Pattern NAME = Pattern.compile("loop(\\d{1,7})");
    private static final String DELETED = " (deleted)";
    private static final int BLOCK_SIZE = 4096;
    private static final int ATTACH_ATTEMPTS = 64;
    private static final int DETACH_CHECKS = 20;
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(25);

    /**
     * Attaches a whole file to a free loop device with blocks of 4096 bytes, and with direct I/O where the file's file
     * system can do it.
     *
     * @param label up to 63 bytes that {@link LoopStatus#label()} gives back
     */
    public LoopStatus attach(Path file, String label) {
        byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= LoopInfo.LABEL_SIZE) {
            throw new IllegalArgumentException("label of more than 63 bytes: " + label);
        }
        try (OpenFile backing = OpenFile.open(file, OpenFile.READ_WRITE)) {
            try {
                return attach(backing, bytes, LoopStatus.DIRECT_IO);
            } catch (NativeCallException e) {
                if (!e.is(Errno.EINVAL, Errno.EOPNOTSUPP)) {
                    throw e;
                }
                return attach(backing, bytes, 0);
            }
        }
    }

    private LoopStatus attach(OpenFile backing, byte[] label, int flags) {
        for (int attempt = 1; ; attempt++) {
            int number = freeNumber();
            try {
                return attachTo(number, backing, label, flags);
            } catch (NativeCallException e) {
                // Another program was faster.
                if (!e.is(Errno.EBUSY) || attempt == ATTACH_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static LoopStatus attachTo(int number, OpenFile backing, byte[] label, int flags) {
        Path node = existingNode(number);
        Pointer config = LoopInfo.config(backing.descriptor(), BLOCK_SIZE, flags, label);
        try (OpenFile loop = OpenFile.open(node, OpenFile.READ_WRITE)) {
            loop.ioctl("LOOP_CONFIGURE", LOOP_CONFIGURE, config);
            return read(loop, number, node);
        }
    }

    private static int freeNumber() {
        try (OpenFile control = OpenFile.open(CONTROL, OpenFile.READ_WRITE)) {
            return control.ioctl("LOOP_CTL_GET_FREE", LOOP_CTL_GET_FREE, 0);
        }
    }

    /**
     * Detaches a device, unless it is in use: mounted, claimed or open in a process. Then it stays attached as it was.
     * Waits half a second for programs that only look at it.
     *
     * @param backing the file that is expected behind it; a device with another file is not touched
     * @return whether it is gone
     */
    public boolean detach(int number, FileIdentity backing) {
        if (!isAttached(number, backing)) {
            return true;
        }
        Predicate<OpenFile> clear = loop -> {
            loop.ioctl("LOOP_CLR_FD", LOOP_CLR_FD, 0);
            return true;
        };
        for (int check = 0; check < DETACH_CHECKS; check++) {
            boolean cleared = onAttached(number, OpenFile.EXCLUSIVE, backing, clear);
            if (cleared && !isAttached(number, backing)) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_CHECKS.toNanos());
        }
        keep(number, backing);
        return !isAttached(number, backing);
    }

    /** Makes the kernel keep a device that {@link LoopStatus#isAutoclear()}, even when nobody has it open. */
    public void keep(int number, FileIdentity backing) {
        onAttached(number, OpenFile.READ_ONLY, backing, loop -> {
            Pointer info = LoopInfo.empty();
            loop.ioctl("LOOP_GET_STATUS64", LOOP_GET_STATUS64, info);
            LoopStatus status = LoopInfo.read(info, number, node(number));
            if (status.isAutoclear()) {
                LoopInfo.flags(info, status.flags() & ~LoopStatus.AUTOCLEAR);
                loop.ioctl("LOOP_SET_STATUS64", LOOP_SET_STATUS64, info);
            }
            return true;
        });
    }

    /** Makes a device follow the size of its file, while it is in use. */
    public void refreshSize(int number) {
        try (OpenFile loop = OpenFile.open(existingNode(number), OpenFile.READ_ONLY)) {
            loop.ioctl("LOOP_SET_CAPACITY", LOOP_SET_CAPACITY, 0);
        }
    }

    /** The state of a device; empty when nothing is attached to it. */
    public Optional<LoopStatus> status(int number) {
        if (backingPath(number).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile loop = OpenFile.open(existingNode(number), OpenFile.READ_ONLY)) {
            return Optional.of(read(loop, number, node(number)));
        } catch (NativeCallException e) {
            if (e.is(Errno.ENXIO, Errno.ENOENT, Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The numbers of all attached devices, in order. */
    public List<Integer> attached() {
        List<Integer> numbers = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(SYSFS, "loop*")) {
            for (Path entry : entries) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches() && Files.exists(entry.resolve("loop/backing_file"))) {
                    numbers.add(Integer.valueOf(name.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        numbers.sort(Comparator.naturalOrder());
        return numbers;
    }

    /**
     * The path that the file behind a device has, or had before it was deleted, as the kernel sees it from this
     * process; empty when nothing is attached. Other programs may give their files any name: bytes that are not UTF-8
     * are replaced, and a name that is no path here is that of nobody's file.
     */
    public Optional<Path> backingPath(int number) {
        try {
            byte[] bytes = Files.readAllBytes(SYSFS.resolve("loop" + number + "/loop/backing_file"));
            String line = new String(bytes, StandardCharsets.UTF_8);
            String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
            boolean deleted = text.endsWith(DELETED);
            return Optional.of(Path.of(deleted ? text.substring(0, text.length() - DELETED.length()) : text));
        } catch (InvalidPathException _) {
            return Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            // The device may be detached between open and read.
            if (Files.exists(SYSFS.resolve("loop" + number + "/loop"))) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        }
    }

    private boolean isAttached(int number, FileIdentity backing) {
        return status(number).filter(s -> s.backing().equals(backing)).isPresent();
    }

    /** Does something to a device that has the right file behind it; false when it is held or detached by now. */
    private static boolean onAttached(int number, int flags, FileIdentity backing, Predicate<OpenFile> action) {
        try (OpenFile loop = OpenFile.open(existingNode(number), flags)) {
            return read(loop, number, node(number)).backing().equals(backing) && action.test(loop);
        } catch (NativeCallException e) {
            if (e.is(Errno.EBUSY, Errno.ENXIO, Errno.ENOENT, Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    private static LoopStatus read(OpenFile loop, int number, Path node) {
        Pointer info = LoopInfo.empty();
        loop.ioctl("LOOP_GET_STATUS64", LOOP_GET_STATUS64, info);
        return LoopInfo.read(info, number, node);
    }

    private static Path node(int number) {
        return Path.of("/dev/loop" + number);
    }

    /** The node of a device, made when absent: containers often have a /dev that the kernel does not fill. */
    private static Path existingNode(int number) {
        Path node = node(number);
        if (!Files.exists(node)) {
            DeviceNodes.makeBlockNode(node, SYSFS.resolve("loop" + number + "/dev"));
        }
        return node;
    }
}
