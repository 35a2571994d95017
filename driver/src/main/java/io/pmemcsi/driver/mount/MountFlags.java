// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Mount flags of a request after the allow-list. Whoever creates a PersistentVolume chooses these, so only flags that
 * cannot harm the node pass; {@code suid}, {@code dev} and {@code errors=panic} for example do not.
 *
 * @param attributes properties of the mount point
 * @param options options of the file system
 */
public record MountFlags(Set<MountAttribute> attributes, List<FsOption> options) {
    /** No flags: what a request without {@code mount_flags} means. */
    public static final MountFlags NONE = new MountFlags(Set.of(), List.of());

    private static final Map<String, Optional<MountAttribute>> ATTRIBUTES = Map.ofEntries(
            Map.entry("ro", Optional.of(MountAttribute.READ_ONLY)),
            Map.entry("noexec", Optional.of(MountAttribute.NO_EXEC)),
            Map.entry("noatime", Optional.of(MountAttribute.NO_ATIME)),
            Map.entry("strictatime", Optional.of(MountAttribute.STRICT_ATIME)),
            Map.entry("nodiratime", Optional.of(MountAttribute.NO_DIR_ATIME)),
            Map.entry("defaults", Optional.empty()),
            Map.entry("rw", Optional.empty()),
            Map.entry("exec", Optional.empty()),
            Map.entry("relatime", Optional.empty()),
            Map.entry("nosuid", Optional.empty()),
            Map.entry("nodev", Optional.empty()));

    private static final Set<String> FS_FLAGS = Set.of("sync", "dirsync", "lazytime", "discard", "nodiscard");

    /** Of each of these at most one may be given: to take one silently would be to ignore what was asked. */
    private static final List<List<String>> EXCLUSIVE = List.of(
            List.of("ro", "rw"),
            List.of("exec", "noexec"),
            List.of("noatime", "relatime", "strictatime"),
            List.of("discard", "nodiscard"));

    private static final Pattern SELINUX_CONTEXT =
            Pattern.compile("context=\"?([a-zA-Z0-9_]+:[a-zA-Z0-9_]+:[a-zA-Z0-9_]+:s[0-9a-z.,:-]+)\"?");

    private static final String ALLOWED =
            "atime control (noatime, nodiratime, relatime, strictatime, lazytime), defaults, "
                    + "dirsync, discard, nodiscard, exec, noexec, nodev, nosuid, ro, rw, sync, context=<SELinux label>";

    public MountFlags {
        attributes = Set.copyOf(attributes);
        options = List.copyOf(options);
    }

    /**
     * Reads flags as they stand in a request.
     *
     * @throws StorageException of kind INVALID_REQUEST for a flag that is not allowed, the message then repeats the
     *     beginning of the flag; or for two that contradict each other
     */
    public static MountFlags parse(List<String> flags) {
        Set<MountAttribute> attributes = EnumSet.noneOf(MountAttribute.class);
        List<FsOption> options = new ArrayList<>();
        for (String flag : flags) {
            var attribute = ATTRIBUTES.get(flag);
            if (attribute != null) {
                attribute.ifPresent(attributes::add);
            } else {
                options.add(fsOption(flag));
            }
        }
        EXCLUSIVE.forEach(group -> refuseSeveral(group, flags));
        refuseSeveral(contexts(options), contexts(options));
        return new MountFlags(attributes, options);
    }

    private static List<String> contexts(List<FsOption> options) {
        return options.stream()
                .filter(option -> option.key().equals("context"))
                .map(FsOption::toString)
                .distinct()
                .toList();
    }

    private static void refuseSeveral(List<String> exclusive, List<String> flags) {
        List<String> given = exclusive.stream().filter(flags::contains).toList();
        if (given.size() > 1) {
            throw new StorageException(
                    FailureKind.INVALID_REQUEST,
                    "mount_flags: " + Quoted.text(given.get(0)) + " contradicts " + Quoted.text(given.get(1))
                            + "; allowed is one of: " + String.join(", ", exclusive));
        }
    }

    private static FsOption fsOption(String flag) {
        if (FS_FLAGS.contains(flag)) {
            return new FsOption(flag, Optional.empty());
        }
        var context = SELINUX_CONTEXT.matcher(flag);
        if (context.matches()) {
            return new FsOption("context", Optional.of(context.group(1)));
        }
        throw refused(flag);
    }

    private static StorageException refused(String flag) {
        String hint = flag.startsWith("dax") ? "; DAX is chosen with the parameter daxPolicy" : "";
        return new StorageException(
                FailureKind.INVALID_REQUEST,
                "mount_flags: " + Quoted.text(flag) + " is not allowed" + hint + "; allowed are: " + ALLOWED);
    }

    /** These flags, and read-only as well. */
    public MountFlags readOnly() {
        Set<MountAttribute> more = EnumSet.of(MountAttribute.READ_ONLY);
        more.addAll(attributes);
        return new MountFlags(more, options);
    }

    /** These flags as a request may spell them, without those that are the default, always in the same order. */
    public List<String> texts() {
        Stream<String> chosen = ATTRIBUTES.entrySet().stream()
                .filter(entry -> entry.getValue().filter(attributes::contains).isPresent())
                .map(Map.Entry::getKey);
        return Stream.concat(chosen, options.stream().map(FsOption::toString))
                .distinct()
                .sorted()
                .toList();
    }

    public boolean isReadOnly() {
        return attributes.contains(MountAttribute.READ_ONLY);
    }
}
