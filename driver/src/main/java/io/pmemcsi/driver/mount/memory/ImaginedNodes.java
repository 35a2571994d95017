// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import io.pmemcsi.driver.mount.TargetRules;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Targets that exist in memory only. All directories that could hold them are taken to exist. */
final class ImaginedNodes implements Nodes {
    private final Map<Path, Kind> made = new HashMap<>();

    @Override
    public void requireParent(TargetRules.Place place) {}

    @Override
    public boolean isRoot(Path root) {
        return true;
    }

    @Override
    public Kind kind(Path target) {
        return made.getOrDefault(target, Kind.ABSENT);
    }

    @Override
    public boolean holdsEntries(Path directory) {
        return false;
    }

    @Override
    public void make(Path target, Kind kind) {
        made.put(target, kind);
    }

    @Override
    public void remove(Path target) {
        made.remove(target);
    }
}
