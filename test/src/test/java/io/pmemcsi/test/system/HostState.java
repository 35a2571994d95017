// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the kernel says of a directory, read from its own tables. */
public final class HostState {
    private static final int CAP_SYS_RESOURCE = 24;

    private HostState() {}

    /** A mount, and the device it shows. */
    record Mount(Path point, String source) {}

    /** Mounts at and below a directory, in the order in which they were made. */
    static List<Mount> mounts(Path directory) {
        return read(Path.of("/proc/self/mountinfo"))
                .orElseThrow()
                .lines()
                .map(HostState::mount)
                .filter(mount -> mount.point().startsWith(directory))
                .toList();
    }

    private static Mount mount(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        return new Mount(Path.of(fields.get(4)), fields.get(fields.indexOf("-") + 2));
    }

    public static List<Path> mountPoints(Path directory) {
        return mounts(directory).stream().map(Mount::point).toList();
    }

    /** Loop devices on files below a directory, deleted files too. */
    public static List<Path> loops(Path directory) {
        try (Stream<Path> blocks = Files.list(Path.of("/sys/block"))) {
            return blocks.filter(block -> block.getFileName().toString().startsWith("loop"))
                    .filter(block -> read(block.resolve("loop/backing_file"))
                            .filter(file -> Path.of(file.strip()).startsWith(directory))
                            .isPresent())
                    .map(block -> Path.of("/dev").resolve(block.getFileName()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmounts everything, as a reboot does: mounts below the directory, then loop devices. */
    public static void vanish(Path mounted, Path attached) {
        for (Path point : mountPoints(mounted).reversed()) {
            Distribution.tool("umount", point.toString());
        }
        loops(attached).forEach(loop -> Distribution.tool("losetup", "--detach", loop.toString()));
        Eventually.holds("detaching " + attached, () -> loops(attached).isEmpty());
    }

    /** Growing a mounted ext4 takes CAP_SYS_RESOURCE, which root in a container need not have. */
    static boolean growsExt4() {
        String capabilities = read(Path.of("/proc/self/status"))
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .findFirst()
                .orElseThrow();
        long bits = Long.parseUnsignedLong(
                capabilities.substring("CapEff:".length()).strip(), 16);
        return (bits >>> CAP_SYS_RESOURCE) % 2 != 0;
    }

    /** Everything below a directory but sockets and logs: the path, and the text of small files. */
    static List<String> tree(Path directory) {
        List<String> tree = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path :
                    paths.filter(path -> !path.toString().endsWith(".log")).toList()) {
                tree.add(path + " "
                        + Files.readAttributes(path, "posix:permissions,size,isSymbolicLink", LinkOption.NOFOLLOW_LINKS)
                        + (path.toString().endsWith(".json") ? Files.readString(path) : ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    static List<String> names(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            // ENXIO, ENODEV: the loop device was detached in between.
            if (file.startsWith("/sys")) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }
}
