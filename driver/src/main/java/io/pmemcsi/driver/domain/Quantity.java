// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes in the notation of Kubernetes quantities, such as {@code 64Mi}, {@code 1.5G} or {@code 1e9}. */
public final class Quantity {
    /** The notations, for error and help texts. */
    public static final String FORMS =
            "a number of bytes, optionally with one of Ki Mi Gi Ti Pi Ei (powers of 1024), k M G T P E m (powers of 1000)"
                    + " or an exponent such as e9";

    private static final Pattern GRAMMAR =
            Pattern.compile("([+-]?)([0-9]+\\.?[0-9]*|\\.[0-9]+)(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?");
    private static final int LONGEST = 64;
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("Ki", binary(1)),
            Map.entry("Mi", binary(2)),
            Map.entry("Gi", binary(3)),
            Map.entry("Ti", binary(4)),
            Map.entry("Pi", binary(5)),
            Map.entry("Ei", binary(6)),
            Map.entry("n", decimal(-9)),
            Map.entry("u", decimal(-6)),
            Map.entry("m", decimal(-3)),
            Map.entry("k", decimal(3)),
            Map.entry("M", decimal(6)),
            Map.entry("G", decimal(9)),
            Map.entry("T", decimal(12)),
            Map.entry("P", decimal(15)),
            Map.entry("E", decimal(18)));

    private Quantity() {}

    /**
     * The size that {@code text} stands for; a fraction of a byte counts as a whole one.
     *
     * @throws IllegalArgumentException with a message for the user that names the text and what is allowed
     */
    public static ByteSize parse(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        if (text.length() > LONGEST || !parts.matches()) {
            throw new IllegalArgumentException("'" + shortened(text) + "' is not a size; allowed is " + FORMS);
        }
        BigDecimal bytes = new BigDecimal(parts.group(2)).multiply(factor(parts));
        if (parts.group(1).equals("-") && bytes.signum() != 0) {
            throw new IllegalArgumentException("'" + text + "' is below zero; allowed is " + FORMS);
        }
        BigDecimal whole = bytes.setScale(0, RoundingMode.CEILING);
        if (whole.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is above the largest size, " + MOST + " bytes");
        }
        return ByteSize.of(whole.longValueExact());
    }

    private static BigDecimal factor(Matcher parts) {
        Optional<BigDecimal> exponent =
                Optional.ofNullable(parts.group(4)).map(digits -> decimal(Integer.parseInt(digits)));
        return exponent.or(() -> Optional.ofNullable(parts.group(3)).map(UNITS::get))
                .orElse(BigDecimal.ONE);
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }

    private static BigDecimal binary(int power) {
        return BigDecimal.valueOf(1L << (10 * power));
    }

    private static BigDecimal decimal(int power) {
        return BigDecimal.ONE.scaleByPowerOfTen(power);
    }
}
