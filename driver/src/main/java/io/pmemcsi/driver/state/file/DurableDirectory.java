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

/**
 * A private directory of small files. A file is replaced as a whole, and every change has reached the disk when its method
 * returns. Safe for concurrent use on different files.
 */
final class DurableDirectory {
    private static final String TEMPORARY = ".tmp";
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

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

    /** Makes the directory when it is absent, and removes files that were never finished. */
    void open() throws IOException {
        Files.createDirectories(directory, PRIVATE_DIRECTORY);
        Files.setPosixFilePermissions(directory, PRIVATE_DIRECTORY.value());
        for (Path file : files("*" + TEMPORARY)) {
            Files.delete(file);
        }
        sync();
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
            Files.deleteIfExists(temporary);
            writeAndSync(temporary, text);
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
        sync();
    }

    /** Removes a file; an absent one is not an error. When this fails, it may be there or not. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        sync();
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
