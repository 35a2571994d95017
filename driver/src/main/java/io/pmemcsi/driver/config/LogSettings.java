// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

/**
 * What the log looks like.
 *
 * @param format one readable line, or one JSON object, per event
 * @param level the least important level that is written
 */
public record LogSettings(Format format, Level level) {
    /** The forms of the log. */
    public enum Format {
        TEXT,
        JSON;

        static Format parse(String text) {
            return switch (text) {
                case "text" -> TEXT;
                case "json" -> JSON;
                default ->
                    throw new IllegalArgumentException("'" + text + "' is not a log format; allowed is text, json");
            };
        }
    }

    /** How much is logged. */
    public enum Level {
        INFO,
        DEBUG;

        private static final int MOST_INFO = 3;

        /** Also reads the numbers of the archived driver, where 3 and less meant information. */
        static Level parse(String text) {
            if (text.matches("[0-9]{1,2}")) {
                return Integer.parseInt(text) <= MOST_INFO ? INFO : DEBUG;
            }
            return switch (text) {
                case "info" -> INFO;
                case "debug" -> DEBUG;
                default ->
                    throw new IllegalArgumentException("'" + text
                            + "' is not a log level; allowed is info, debug, or a number (4 and more: debug)");
            };
        }
    }
}
