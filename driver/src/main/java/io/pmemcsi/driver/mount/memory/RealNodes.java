// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.TargetRules;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Directories and files that anybody can see appear and vanish, though nothing is mounted on them. */
final class RealNodes implements Nodes {
    @Override
    public void requireParent(TargetRules.Place place) {
        Path reached = place.root();
        if (!Files.isDirectory(reached)) {
            throw failure(FailureKind.NOT_FOUND, reached, "does not exist");
        }
        for (Path component : place.parent()) {
            reached = reached.resolve(component);
            switch (kind(reached)) {
                case DIRECTORY -> {}
                case ABSENT -> throw failure(FailureKind.NOT_FOUND, reached, "does not exist");
                case SYMBOLIC_LINK -> throw failure(FailureKind.INVALID_REQUEST, reached, "is a symbolic link");
                case EMPTY_FILE, FILE_WITH_CONTENT, OTHER ->
                    throw failure(FailureKind.INVALID_REQUEST, reached, "is not a directory");
            }
        }
    }

    @Override
    public boolean isRoot(Path root) {
        return Files.isDirectory(root);
    }

    @Override
    public Kind kind(Path target) {
        try {
            var found = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isSymbolicLink()) {
                return Kind.SYMBOLIC_LINK;
            }
            if (found.isDirectory()) {
                return Kind.DIRECTORY;
            }
            if (!found.isRegularFile()) {
                return Kind.OTHER;
            }
            return found.size() == 0 ? Kind.EMPTY_FILE : Kind.FILE_WITH_CONTENT;
        } catch (NoSuchFileException e) {
            return Kind.ABSENT;
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "path " + Quoted.path(target) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean holdsEntries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "path " + Quoted.path(directory) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void make(Path target, Kind kind) {
        try {
            if (kind == Kind.DIRECTORY) {
                Files.createDirectory(target);
            } else {
                Files.createFile(target);
            }
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "path " + Quoted.path(target) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void remove(Path target) {
        try {
            Files.deleteIfExists(target);
        } catch (DirectoryNotEmptyException e) {
            throw new StorageException(FailureKind.IN_USE, "path " + Quoted.path(target) + ": is not empty", e);
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "path " + Quoted.path(target) + ": " + e.getMessage(), e);
        }
    }

    private static StorageException failure(FailureKind kind, Path path, String text) {
        return new StorageException(kind, "path " + Quoted.path(path) + ": " + text);
    }
}
