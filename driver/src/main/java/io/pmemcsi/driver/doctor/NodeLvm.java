// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The configuration of the node's own LVM, which the driver does not use.
 *
 * @param config the text of {@code lvm.conf}; empty when there is none
 * @param devices the text of the devices file; empty when there is none
 */
public record NodeLvm(String config, Optional<String> devices) {
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");
    private static final Pattern FILTER = Pattern.compile(
            "(?<![A-Za-z0-9_])((?:global_)?filter)\\s*=\\s*" + "(\\[\\s*(?:\"[^\"]*\"\\s*,?\\s*)*\\]|\"[^\"]*\")");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern NO_DEVICES_FILE = Pattern.compile("(?<![A-Za-z0-9_])use_devicesfile\\s*=\\s*0");

    /** The filter that hides a device from the node's own LVM, if one does. */
    Optional<String> filterAgainst(String device) {
        return settings()
                .flatMap(text -> FILTER.matcher(text).results())
                .filter(setting -> !accepts(words(setting.group(2)), device))
                .map(setting -> setting.group(1))
                .findFirst();
    }

    /** Whether there is a devices file that does not name a device. */
    boolean isUnlisted(String device) {
        return devices.filter(_ -> settings()
                        .noneMatch(text -> NO_DEVICES_FILE.matcher(text).find()))
                .filter(text -> text.lines()
                        .filter(line -> !line.strip().startsWith("#"))
                        .flatMap(line -> Stream.of(line.strip().split("\\s+")))
                        .noneMatch(word -> word.equals("DEVNAME=" + device) || word.equals("IDNAME=" + device)))
                .isPresent();
    }

    private Stream<String> settings() {
        return Stream.of(COMMENT.matcher(config).replaceAll(""));
    }

    private static List<String> words(String list) {
        return WORD.matcher(list).results().map(word -> word.group(1)).toList();
    }

    /** The first pattern that matches decides: {@code a} accepts, {@code r} rejects; see lvm.conf(5). */
    private static boolean accepts(List<String> patterns, String device) {
        return patterns.stream()
                .filter(pattern -> matches(pattern, device))
                .findFirst()
                .map(pattern -> pattern.startsWith("a"))
                .orElse(true);
    }

    /** A pattern is an action, a delimiter, a regular expression and the delimiter again. */
    private static boolean matches(String pattern, String device) {
        if (pattern.length() < 3) {
            return false;
        }
        try {
            return Pattern.compile(pattern.substring(2, pattern.length() - 1))
                    .matcher(device)
                    .find();
        } catch (PatternSyntaxException e) {
            // LVM refuses it too, and says so in every command.
            return false;
        }
    }
}
