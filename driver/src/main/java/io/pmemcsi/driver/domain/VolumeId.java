// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The canonical id of a volume, safe as LVM logical volume name, as ndctl namespace name (63 characters at most) and as
 * file name.
 *
 * <p>The grammar is that of the archived Go driver, so that its volumes keep their ids: one to six characters of the CSI
 * name, a dash, and the SHA-224 of the name in hexadecimal. Characters outside {@code [A-Za-z0-9-]} become {@code x},
 * and so does a leading dash; LVM's reserved prefix {@code pvmove} becomes {@code pvmovx}.
 *
 * @param value the id; always matches the grammar
 */
public record VolumeId(String value) implements Comparable<VolumeId> {
    private static final Pattern GRAMMAR = Pattern.compile("(?!pvmove)[A-Za-z0-9][A-Za-z0-9-]{0,5}-[0-9a-f]{56}");
    private static final int PREFIX = 6;

    /** Hashed before the handle of an inline volume; no UTF-8 text holds this byte, so no CSI name hashes to the same. */
    private static final byte INLINE = (byte) 0xFF;

    public VolumeId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("not a volume id: " + value);
        }
    }

    /** The id of the persistent volume that CreateVolume makes for {@code name}. The same name gives the same id. */
    public static VolumeId ofName(String name) {
        return derive(name, sha224());
    }

    /**
     * The id of the inline volume that the kubelet publishes under {@code handle}. Never equal to the id of a persistent
     * volume, whatever its name.
     */
    public static VolumeId ofInlineHandle(String handle) {
        MessageDigest digest = sha224();
        digest.update(INLINE);
        return derive(handle, digest);
    }

    /** Reads an id that this driver has handed out; empty when {@code text} cannot be one. */
    public static Optional<VolumeId> parse(String text) {
        return GRAMMAR.matcher(text).matches() ? Optional.of(new VolumeId(text)) : Optional.empty();
    }

    private static VolumeId derive(String text, MessageDigest digest) {
        String prefix = text.substring(0, Math.min(PREFIX, text.length())).replaceAll("[^A-Za-z0-9-]", "x");
        if (prefix.isEmpty() || prefix.charAt(0) == '-') {
            prefix = "x" + prefix.substring(Math.min(1, prefix.length()));
        }
        if (prefix.equals("pvmove")) {
            prefix = "pvmovx";
        }
        return new VolumeId(
                prefix + "-" + HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static MessageDigest sha224() {
        try {
            return MessageDigest.getInstance("SHA-224");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-224", e);
        }
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
