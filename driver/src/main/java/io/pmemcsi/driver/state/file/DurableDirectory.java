// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private directory of small files. A file is replaced as a whole, and every change has reached the disk when its method
 * returns. Safe for concurrent use on different files.
 *
 * <p>Some space is kept in reserve for the time when the disk is full: what gives space back has to be written down too.
 */
final class DurableDirectory {
    private static final String TEMPORARY = ".tmp";
    /** Lies beside the directory. Some blocks are enough for one file, and for what the directory itself may need. */
    private static final String RESERVE = ".reserve";

    private static final int RESERVED = 64 * 1024;
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Logger LOG = LoggerFactory.getLogger(DurableDirectory.class);

    private final Path directory;
    private final Flush flush;

    /** Makes the entries of a directory durable. */
    @FunctionalInterface
    interface Flush {
        void flush(Path directory) throws IOException;
    }

    DurableDirectory(Path directory) {
        this(directory, DurableDirectory::force);
    }

    /** With another way to reach the disk, for tests. */
    DurableDirectory(Path directory, Flush flush) {
        this.directory = directory;
        this.flush = flush;
    }

    /**
     * Makes the directory when it is absent, and removes files that were never finished.
     *
     * @param ours whether a file of that name is one that {@link #write} makes
     */
    void open(Predicate<String> ours) throws IOException {
        Files.createDirectories(directory, PRIVATE_DIRECTORY);
        Files.setPosixFilePermissions(directory, PRIVATE_DIRECTORY.value());
        for (Path file : files("*" + TEMPORARY)) {
            String name = file.getFileName().toString();
            if (ours.test(name.substring(0, name.length() - TEMPORARY.length()))) {
                Files.delete(file);
            }
        }
        keepReserve();
        sync();
    }

    private Path reserve() {
        return directory.resolveSibling(directory.getFileName() + RESERVE);
    }

    /** Without space for it now, the next change tries again. */
    private void keepReserve() {
        Path reserve = reserve();
        try {
            if (!Files.exists(reserve) || Files.size(reserve) < RESERVED) {
                Files.deleteIfExists(reserve);
                writeAndSync(reserve, "-".repeat(RESERVED));
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("no space is in reserve");
        }
    }

    private boolean giveReserve() throws IOException {
        return Files.deleteIfExists(reserve());
    }

    List<Path> files(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        }
        return found;
    }

    /** Makes or replaces a file as a whole. When this fails, it is what it was before or what it was to become. */
    void write(String name, String text) throws IOException {
        Path temporary = directory.resolve(name + TEMPORARY);
        try {
            writeTemporary(directory.resolve(name), temporary, text);
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
        sync();
        keepReserve();
    }

    /** The reserve is for files that are there: what begins has to find its own space. */
    private void writeTemporary(Path file, Path temporary, String text) throws IOException {
        try {
            Files.deleteIfExists(temporary);
            writeAndSync(temporary, text);
        } catch (IOException e) {
            discard(temporary, e);
            if (!Files.exists(file) || !giveReserve()) {
                throw e;
            }
            writeAndSync(temporary, text);
        }
    }

    /** Removes a file; an absent one is not an error. When this fails, it may be there or not. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        sync();
        keepReserve();
    }

    void rename(Path file, String name) throws IOException {
        Files.move(file, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync();
    }

    private static void writeAndSync(Path file, String text) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, PRIVATE_FILE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Where the file of that name is, or would be. */
    Path file(String name) {
        return directory.resolve(name);
    }

    private void sync() throws IOException {
        flush.flush(directory);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private static void discard(Path file, IOException reason) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
