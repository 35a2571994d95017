// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import java.nio.file.Path;
import java.util.function.IntPredicate;

/** Text from outside as it may stand in an error text or in the log: cut, and nothing in it that a terminal obeys. Pure. */
public final class Quoted {
    private static final int SHOWN = 128;
    /** The kubelet's paths have up to 200 characters. */
    private static final int SHOWN_OF_PATH = 512;

    private Quoted() {}

    /** The text in quotation marks. */
    public static String text(String text) {
        return "\"" + printable(text) + "\"";
    }

    /** A path without quotation marks: at most 512 characters of it, with a question mark for each that is not to be shown. */
    public static String path(Path path) {
        return printable(path.toString(), SHOWN_OF_PATH);
    }

    /** At most 128 characters of the text, with a question mark for each that is not to be shown. */
    public static String printable(String text) {
        return printable(text, SHOWN);
    }

    /** The whole of a text in which some was quoted and some came from the kernel or a tool, with a question mark likewise; it may have several lines. */
    public static String lines(String text) {
        return replaced(text, point -> isShown(point) || point == '\n' || point == '\t');
    }

    private static String printable(String text, int most) {
        return replaced(text.substring(0, end(text, most)), Quoted::isShown);
    }

    private static String replaced(String text, IntPredicate isKept) {
        return text.codePoints()
                .map(point -> isKept.test(point) ? point : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A character of two {@code char}s is shown whole or not at all. */
    private static int end(String text, int most) {
        if (text.length() <= most) {
            return text.length();
        }
        return Character.isSurrogatePair(text.charAt(most - 1), text.charAt(most)) ? most - 1 : most;
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
