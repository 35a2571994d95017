// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which paths a mounter may touch, as far as their text tells. That no component is a symbolic link is for the mounter
 * to see.
 */
public final class TargetRules {
    private static final int LONGEST_NAME = 255;

    private final List<Path> roots;

    /**
     * Takes the directories below which targets may lie; they may be or contain symbolic links themselves.
     *
     * @throws IllegalArgumentException for a root that is not absolute and normalised
     */
    public TargetRules(List<Path> roots) {
        for (Path root : roots) {
            if (!root.isAbsolute() || !root.equals(root.normalize())) {
                throw new IllegalArgumentException("not an absolute, normalised directory: " + root);
            }
        }
        this.roots = roots.stream()
                .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                .toList();
    }

    /**
     * A target, taken apart.
     *
     * @param root the directory it lies below
     * @param parent the way from there to the directory that holds it; the empty path for the root itself
     * @param name its last component
     */
    public record Place(Path root, Path parent, String name) {}

    /** The directories below which targets may lie. */
    public List<Path> roots() {
        return roots;
    }

    /**
     * Takes a target apart.
     *
     * @throws StorageException of kind INVALID_REQUEST when it is not absolute, not normalised or outside the roots
     */
    public Place place(Path target) {
        if (!target.isAbsolute()) {
            throw refused(target, "must be absolute");
        }
        if (!target.equals(target.normalize())) {
            throw refused(target, "must not contain \".\" or \"..\"");
        }
        for (Path component : target) {
            if (component.toString().length() > LONGEST_NAME) {
                throw refused(target, "has a component of more than " + LONGEST_NAME + " characters");
            }
        }
        return roots.stream()
                .filter(root -> target.startsWith(root) && !target.equals(root))
                .findFirst()
                .map(root -> below(root, target))
                .orElseThrow(() -> refused(target, "must lie below " + rootNames()));
    }

    private static Place below(Path root, Path target) {
        Path relative = root.relativize(target);
        int last = relative.getNameCount() - 1;
        Path parent = last == 0 ? Path.of("") : relative.subpath(0, last);
        return new Place(root, parent, relative.getName(last).toString());
    }

    private String rootNames() {
        return roots.stream().map(Path::toString).collect(Collectors.joining(" or "));
    }

    private static StorageException refused(Path target, String reason) {
        return new StorageException(FailureKind.INVALID_REQUEST, "path " + Quoted.path(target) + ": " + reason);
    }
}
