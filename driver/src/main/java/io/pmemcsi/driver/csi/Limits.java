// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The size limits and basic forms of CSI fields (CSI specification, "Size Limits"). Pure. */
final class Limits {
    private static final int STRING_BYTES = 128;
    private static final int MAP_BYTES = 4096;
    private static final int PATH_BYTES = 4096;

    private Limits() {}

    /** A required string of at most 128 bytes without control characters. */
    static String text(String field, String value) {
        required(field, value);
        if (bytes(value) > STRING_BYTES) {
            throw invalid(field + ": has " + bytes(value) + " bytes; allowed are " + STRING_BYTES);
        }
        refuseControlCharacters(field, value);
        return value;
    }

    /** A required path that is only compared with paths the driver knows, so that it may be of any form. */
    static Path knownPath(String field, String value) {
        required(field, value);
        if (bytes(value) > PATH_BYTES) {
            throw invalid(field + ": has " + bytes(value) + " bytes; allowed are " + PATH_BYTES);
        }
        refuseControlCharacters(field, value);
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw invalid(field + ": is not a path: " + e.getReason());
        }
    }

    /** A required absolute path without {@code .} and {@code ..} components. */
    static Path path(String field, String value) {
        Path path = knownPath(field, value);
        if (!value.startsWith("/")) {
            throw invalid(field + ": " + Quoted.text(value) + " is not an absolute path");
        }
        if (!path.normalize().equals(path)) {
            throw invalid(field + ": " + Quoted.text(value) + " is not allowed to hold . or .. components");
        }
        return path;
    }

    static Map<String, String> map(String field, Map<String, String> value) {
        int size = value.entrySet().stream()
                .mapToInt(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
        if (size > MAP_BYTES) {
            throw invalid(field + ": has " + size + " bytes; allowed are " + MAP_BYTES);
        }
        return value;
    }

    static List<String> mountFlags(List<String> value) {
        int size = value.stream().mapToInt(Limits::bytes).sum();
        if (size > MAP_BYTES) {
            throw invalid("mount_flags: have " + size + " bytes; allowed are " + MAP_BYTES);
        }
        return value;
    }

    private static void required(String field, String value) {
        if (value.isEmpty()) {
            throw invalid(field + ": missing");
        }
    }

    private static void refuseControlCharacters(String field, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field + ": holds a control character");
        }
    }

    private static int bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    static StorageException invalid(String message) {
        return new StorageException(FailureKind.INVALID_REQUEST, message);
    }
}
