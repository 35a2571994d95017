// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Strict reading of a JSON object: each field has to be there, of the right type, and no other may be. */
final class JsonFields {
    private final JsonObject object;
    private final Set<String> read = new HashSet<>();

    private JsonFields(JsonObject object) {
        this.object = object;
    }

    static JsonFields of(String name, JsonElement element) throws DamagedRecordException {
        if (!element.isJsonObject()) {
            throw new DamagedRecordException(name + " is not an object");
        }
        return new JsonFields(element.getAsJsonObject());
    }

    boolean has(String name) {
        return object.has(name);
    }

    /** Fails when the object holds a field that was not read. */
    void noMore() throws DamagedRecordException {
        Set<String> more = new HashSet<>(object.keySet());
        more.removeAll(read);
        if (!more.isEmpty()) {
            throw new DamagedRecordException("unknown fields " + more);
        }
    }

    JsonFields object(String name) throws DamagedRecordException {
        return of(name, element(name));
    }

    List<JsonFields> objects(String name) throws DamagedRecordException {
        if (!(element(name) instanceof JsonArray array)) {
            throw new DamagedRecordException(name + " is not a list");
        }
        List<JsonFields> objects = new ArrayList<>();
        for (JsonElement member : array) {
            objects.add(of(name, member));
        }
        return objects;
    }

    String text(String name) throws DamagedRecordException {
        JsonPrimitive value = primitive(name);
        if (!value.isString()) {
            throw new DamagedRecordException(name + " is not a text");
        }
        return value.getAsString();
    }

    Optional<String> optionalText(String name) throws DamagedRecordException {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    boolean flag(String name) throws DamagedRecordException {
        JsonPrimitive value = primitive(name);
        if (!value.isBoolean()) {
            throw new DamagedRecordException(name + " is not true or false");
        }
        return value.getAsBoolean();
    }

    Optional<Boolean> optionalFlag(String name) throws DamagedRecordException {
        return has(name) ? Optional.of(flag(name)) : Optional.empty();
    }

    /** A whole number that is not negative. */
    long count(String name) throws DamagedRecordException {
        JsonPrimitive value = primitive(name);
        if (!value.isNumber()) {
            throw new DamagedRecordException(name + " is not a number");
        }
        try {
            long count = value.getAsBigDecimal().longValueExact();
            if (count < 0) {
                throw new DamagedRecordException(name + " is negative");
            }
            return count;
        } catch (ArithmeticException | NumberFormatException e) {
            throw new DamagedRecordException(name + " is not a whole number", e);
        }
    }

    Path path(String name) throws DamagedRecordException {
        try {
            return Path.of(text(name));
        } catch (InvalidPathException e) {
            throw new DamagedRecordException(name + " is not a path", e);
        }
    }

    Optional<JsonFields> optionalObject(String name) throws DamagedRecordException {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    Optional<List<String>> optionalTexts(String name) throws DamagedRecordException {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!(element(name) instanceof JsonArray array)) {
            throw new DamagedRecordException(name + " is not a list");
        }
        List<String> texts = new ArrayList<>();
        for (JsonElement member : array) {
            if (!(member instanceof JsonPrimitive text && text.isString())) {
                throw new DamagedRecordException(name + " holds something that is no text");
            }
            texts.add(text.getAsString());
        }
        return Optional.of(texts);
    }

    Instant instant(String name) throws DamagedRecordException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw new DamagedRecordException(name + " is not an instant", e);
        }
    }

    /** The one of {@code values} that {@code spelling} writes as the field's text. */
    <E> E oneOf(String name, E[] values, Function<E, String> spelling) throws DamagedRecordException {
        String text = text(name);
        return Stream.of(values)
                .filter(value -> spelling.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new DamagedRecordException(name + " has the unknown value " + text));
    }

    private JsonPrimitive primitive(String name) throws DamagedRecordException {
        if (element(name) instanceof JsonPrimitive value) {
            return value;
        }
        throw new DamagedRecordException(name + " is not a single value");
    }

    private JsonElement element(String name) throws DamagedRecordException {
        read.add(name);
        JsonElement element = object.get(name);
        if (element == null) {
            throw new DamagedRecordException(name + " is missing");
        }
        return element;
    }
}
