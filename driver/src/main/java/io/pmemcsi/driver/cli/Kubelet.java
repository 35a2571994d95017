// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the kubelet does around the calls to a driver, because CSI leaves it to the container orchestrator. */
final class Kubelet {
    private static final int SHARED_WITH_GROUP = 02775;

    private Kubelet() {}

    /**
     * Makes a directory and those above it.
     *
     * @return those that were absent before, the innermost first
     */
    static List<Path> makeDirectory(@Nullable Path directory) throws IOException {
        if (directory == null) {
            return List.of();
        }
        List<Path> absent = Stream.iterate(directory, path -> path != null && !Files.exists(path), Path::getParent)
                .toList();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        return absent;
    }

    /** Removes directories in this order, up to the first that is not empty. */
    static void remove(List<Path> made) throws IOException {
        for (Path directory : made) {
            if (!removeEmpty(directory)) {
                return;
            }
        }
    }

    /** Removes a staging directory, and the directory that was made for it, when they are empty. */
    static void removeStaging(Path staging) throws IOException {
        if (removeEmpty(staging) && staging.endsWith("globalmount") && staging.getParent() != null) {
            removeEmpty(staging.getParent());
        }
    }

    /** Gives the root of a mounted volume to a group; what is made in it later belongs to the group too. */
    static void shareWithGroup(Path root, int group) throws IOException {
        Files.setAttribute(root, "unix:gid", group);
        Files.setAttribute(root, "unix:mode", SHARED_WITH_GROUP);
    }

    private static boolean removeEmpty(Path directory) throws IOException {
        try {
            Files.delete(directory);
            return true;
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            return false;
        }
    }
}
