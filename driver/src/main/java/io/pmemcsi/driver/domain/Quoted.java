// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/** Text from outside as it may stand in an error text or in the log: cut, and nothing in it that a terminal obeys. Pure. */
public final class Quoted {
    private static final int SHOWN = 128;

    private Quoted() {}

    /** The text in quotation marks. */
    public static String text(String text) {
        return "\"" + printable(text) + "\"";
    }

    /** At most 128 characters of the text, with a question mark for each that is not to be shown. */
    public static String printable(String text) {
        return text.substring(0, end(text))
                .codePoints()
                .map(point -> isShown(point) ? point : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A character of two {@code char}s is shown whole or not at all. */
    private static int end(String text) {
        if (text.length() <= SHOWN) {
            return text.length();
        }
        return Character.isSurrogatePair(text.charAt(SHOWN - 1), text.charAt(SHOWN)) ? SHOWN - 1 : SHOWN;
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
