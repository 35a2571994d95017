// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads settings one by one and collects what is wrong with them. */
final class SettingReader {
    private final Map<Setting, String> given;
    private final List<String> problems = new ArrayList<>();

    SettingReader(Map<Setting, String> given) {
        this.given = Map.copyOf(given);
    }

    boolean has(Setting setting) {
        return given.containsKey(setting);
    }

    /** The given value, or empty when there is none or it is wrong. */
    <T> Optional<T> read(Setting setting, Function<String, T> parser) {
        return Optional.ofNullable(given.get(setting)).flatMap(text -> parse(setting, text, parser));
    }

    /** The given value or the default; empty when it is wrong. */
    <T> Optional<T> read(Setting setting, Function<String, T> parser, String byDefault) {
        return parse(setting, given.getOrDefault(setting, byDefault), parser);
    }

    void problem(Setting setting, String text) {
        problems.add(setting.flag() + ": " + text);
    }

    /** Ends the reading. */
    void done() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private <T> Optional<T> parse(Setting setting, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problem(setting, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
