// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.FileIdentity;
import io.pmemcsi.bindings.linux.FileSpace;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of the backing files. {@code <id>.img} is a complete volume; {@code <id>.img.new} is one that was being
 * made. Every change is durable when its method returns. Safe for concurrent use on different volumes.
 */
final class BackingDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(BackingDirectory.class);
    /** What {@link #zero} counts in. */
    static final int PAGE = 4096;

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String COMPLETE = ".img";
    private static final String UNFINISHED = ".img.new";

    private final Path directory;
    private final FileSpace space;

    BackingDirectory(Path directory, FileSpace space) {
        this.directory = directory;
        this.space = space;
    }

    /** Makes the directory when it is absent and private when it is not, and removes what was never finished. */
    void open() {
        Faults.during("opening " + directory, () -> {
            Files.createDirectories(directory, PRIVATE);
            Files.setPosixFilePermissions(directory, PRIVATE.value());
            try (var unfinished = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
                for (Path file : unfinished) {
                    if (idOf(file, UNFINISHED).isPresent()) {
                        Files.delete(file);
                        LOG.atInfo().addKeyValue("file", file).log("removed a volume that was never finished");
                    }
                }
            }
            sync();
            return directory;
        });
    }

    /** The identity of the directory itself. */
    FileIdentity identity() {
        return Faults.during("reading " + directory, () -> FileIdentity.of(directory.toRealPath()));
    }

    /** Whether {@code path} is directly in this directory. */
    boolean contains(Path path) {
        return Faults.during(
                "reading " + directory, () -> directory.toRealPath().equals(path.getParent()));
    }

    /** All complete volumes. */
    List<BackingFile> list() {
        return Faults.during("listing " + directory, () -> {
            List<BackingFile> found = new ArrayList<>();
            try (var files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    idOf(file, COMPLETE)
                            .flatMap(this::find)
                            .ifPresentOrElse(
                                    found::add,
                                    () -> LOG.atWarn()
                                            .addKeyValue("file", file)
                                            .log("this file is no volume of this driver; it is left alone"));
                }
            }
            return found;
        });
    }

    /** The complete volume {@code id}; one that cannot be looked at is a failure, not absent. */
    Optional<BackingFile> find(VolumeId id) {
        Path path = path(id);
        return Faults.during("reading " + path, () -> {
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isRegularFile()) {
                    return Optional.empty();
                }
                ByteSize size = ByteSize.of(attributes.size());
                return Optional.of(new BackingFile(id, path.toRealPath(), FileIdentity.of(path), size));
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    /**
     * Makes a file of zeroes with all its space reserved; nothing is left behind when that fails.
     *
     * @param reserved called as soon as the host no longer counts the space as free
     */
    BackingFile make(VolumeId id, ByteSize size, Runnable reserved) {
        Path unfinished = directory.resolve(id.value() + UNFINISHED);
        try {
            return Faults.during("making " + path(id), () -> {
                Files.deleteIfExists(unfinished);
                Files.createFile(
                        unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                space.grow(unfinished, 0, size.bytes());
                reserved.run();
                Files.move(unfinished, path(id), StandardCopyOption.ATOMIC_MOVE);
                sync();
                return find(id).orElseThrow(() -> new NoSuchFileException(path(id).toString()));
            });
        } catch (RuntimeException e) {
            discard(unfinished, e);
            discard(path(id), e);
            throw e;
        }
    }

    /** Grows a file; its size is unchanged when that fails. */
    void grow(BackingFile file, ByteSize size) {
        Faults.during("growing " + file.path(), () -> {
            space.grow(file.path(), file.size().bytes(), size.bytes());
            return size;
        });
    }

    /** Gives back what an interrupted {@link #grow} has reserved. */
    void trim(BackingFile file) {
        Faults.during("trimming " + file.path(), () -> {
            space.trim(file.path(), file.size().bytes());
            return file;
        });
    }

    /** Overwrites the bytes from {@code from} to {@code to}, both multiples of {@link #PAGE}, with zeroes. */
    void zero(BackingFile file, long from, long to) {
        Faults.during("erasing " + file.path(), () -> {
            space.zero(file.path(), from, to);
            return file;
        });
    }

    /** Removes a file; an absent one is not an error. */
    void remove(VolumeId id) {
        Faults.during("removing " + path(id), () -> {
            boolean removed = Files.deleteIfExists(path(id));
            sync();
            return removed;
        });
    }

    /** What the file system has free for unprivileged use. */
    ByteSize free() {
        return Faults.during(
                "asking for the free space of " + directory,
                () -> ByteSize.of(Math.max(0, Files.getFileStore(directory).getUsableSpace())));
    }

    private void sync() throws IOException {
        try (FileChannel opened = FileChannel.open(directory, Set.of(StandardOpenOption.READ))) {
            opened.force(true);
        }
    }

    private Path path(VolumeId id) {
        return directory.resolve(id.value() + COMPLETE);
    }

    private static Optional<VolumeId> idOf(Path file, String suffix) {
        String name = file.getFileName().toString();
        return name.endsWith(suffix)
                ? VolumeId.parse(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    private static void discard(Path file, RuntimeException reason) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
