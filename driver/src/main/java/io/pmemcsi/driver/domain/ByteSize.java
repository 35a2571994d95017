// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/**
 * A number of bytes, from 0 to {@link Long#MAX_VALUE}. Arithmetic that leaves this range fails instead of wrapping.
 *
 * @param bytes the number of bytes, never negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    public static final ByteSize ZERO = new ByteSize(0);

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size below zero: " + bytes);
        }
    }

    public static ByteSize of(long bytes) {
        return bytes == 0 ? ZERO : new ByteSize(bytes);
    }

    public static ByteSize mebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, MIB));
    }

    /**
     * The smallest multiple of {@code unit} that is not below this size.
     *
     * @throws ArithmeticException if that is above {@link Long#MAX_VALUE}
     */
    public ByteSize roundUpTo(ByteSize unit) {
        long over = bytes % unit.bytes;
        return over == 0 ? this : new ByteSize(Math.addExact(bytes, unit.bytes - over));
    }

    /** The largest multiple of {@code unit} that is not above this size. */
    public ByteSize roundDownTo(ByteSize unit) {
        return new ByteSize(bytes - bytes % unit.bytes);
    }

    public ByteSize plus(ByteSize other) {
        return new ByteSize(Math.addExact(bytes, other.bytes));
    }

    /** This size less {@code other}, or zero when {@code other} is larger. */
    public ByteSize minusOrZero(ByteSize other) {
        return new ByteSize(Math.max(0, bytes - other.bytes));
    }

    public boolean isZero() {
        return bytes == 0;
    }

    public boolean isAbove(ByteSize other) {
        return bytes > other.bytes;
    }

    public boolean isBelow(ByteSize other) {
        return bytes < other.bytes;
    }

    public static ByteSize min(ByteSize a, ByteSize b) {
        return a.bytes <= b.bytes ? a : b;
    }

    public static ByteSize max(ByteSize a, ByteSize b) {
        return a.bytes >= b.bytes ? a : b;
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size for people and for error texts: in the largest binary unit that needs no fraction, such as {@code 64Mi}. */
    @Override
    public String toString() {
        if (bytes == 0 || bytes % KIB != 0) {
            return bytes + " bytes";
        }
        if (bytes % TIB == 0) {
            return bytes / TIB + "Ti";
        }
        if (bytes % GIB == 0) {
            return bytes / GIB + "Gi";
        }
        return bytes % MIB == 0 ? bytes / MIB + "Mi" : bytes / KIB + "Ki";
    }
}
