// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeTraits;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Volume records as JSON texts. Pure functions. Any change of the fields, also an added one, is a new schema version,
 * because a field that is not known counts as damage.
 */
final class VolumeRecordJson {
    /** The version that is written, and the newest that is read. */
    static final long SCHEMA = 1;

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private VolumeRecordJson() {}

    static String write(VolumeRecord volume) {
        JsonObject object = new JsonObject();
        object.addProperty("schema", SCHEMA);
        object.addProperty("id", volume.id().value());
        volume.name().ifPresent(name -> object.addProperty("name", name));
        object.addProperty("lifecycle", volume.lifecycle().name());
        object.addProperty("state", volume.state().name());
        object.add("traits", write(volume.traits()));
        object.addProperty("size", volume.size().bytes());
        object.addProperty("formatted", volume.formatted());
        volume.daxActive().ifPresent(active -> object.addProperty("daxActive", active));
        volume.stagedAt().ifPresent(staging -> object.add("staging", write(staging)));
        JsonArray publications = new JsonArray();
        volume.publications().forEach(publication -> publications.add(write(publication)));
        object.add("publications", publications);
        object.addProperty("erased", volume.erased());
        object.addProperty("created", volume.created().toString());
        return GSON.toJson(object) + "\n";
    }

    private static JsonObject write(VolumeTraits traits) {
        JsonObject object = new JsonObject();
        object.addProperty("access", traits.access().name());
        object.addProperty("fsType", traits.fsType().kernelName());
        object.addProperty("usage", traits.usage().parameter());
        object.addProperty("dax", traits.dax().parameter());
        object.addProperty("eraseAfter", traits.eraseAfter());
        return object;
    }

    private static JsonObject write(Staging staging) {
        JsonObject object = new JsonObject();
        object.addProperty("path", staging.path().toString());
        staging.flags().ifPresent(flags -> object.add("flags", GSON.toJsonTree(flags)));
        return object;
    }

    private static JsonObject write(Publication publication) {
        JsonObject object = new JsonObject();
        object.addProperty("target", publication.target().toString());
        object.addProperty("readOnly", publication.readOnly());
        object.addProperty("mode", publication.mode().name());
        publication.flags().ifPresent(flags -> object.add("flags", GSON.toJsonTree(flags)));
        return object;
    }

    static VolumeRecord read(String text) throws DamagedRecordException, NewerSchemaException {
        JsonFields fields = JsonFields.of("the record", parse(text));
        long schema = fields.count("schema");
        if (schema > SCHEMA) {
            throw new NewerSchemaException(schema, SCHEMA);
        }
        if (schema != SCHEMA) {
            throw new DamagedRecordException("schema has the unknown value " + schema);
        }
        VolumeRecord volume = new VolumeRecord(
                id(fields.text("id")),
                fields.optionalText("name"),
                fields.oneOf("lifecycle", Lifecycle.values(), Lifecycle::name),
                fields.oneOf("state", VolumeState.values(), VolumeState::name),
                traits(fields.object("traits")),
                ByteSize.of(fields.count("size")),
                fields.flag("formatted"),
                fields.optionalFlag("daxActive"),
                staging(fields.optionalObject("staging")),
                publications(fields.objects("publications")),
                fields.count("erased"),
                fields.instant("created"));
        fields.noMore();
        return volume;
    }

    private static VolumeTraits traits(JsonFields fields) throws DamagedRecordException {
        VolumeTraits traits = new VolumeTraits(
                fields.oneOf("access", AccessType.values(), AccessType::name),
                fields.oneOf("fsType", FsType.values(), FsType::kernelName),
                fields.oneOf("usage", Usage.values(), Usage::parameter),
                fields.oneOf("dax", DaxPolicy.values(), DaxPolicy::parameter),
                fields.flag("eraseAfter"));
        fields.noMore();
        return traits;
    }

    private static Optional<Staging> staging(Optional<JsonFields> found) throws DamagedRecordException {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonFields fields = found.get();
        Staging staging = new Staging(fields.path("path"), fields.optionalTexts("flags"));
        fields.noMore();
        return Optional.of(staging);
    }

    private static List<Publication> publications(List<JsonFields> all) throws DamagedRecordException {
        List<Publication> publications = new ArrayList<>();
        for (JsonFields fields : all) {
            publications.add(new Publication(
                    fields.path("target"),
                    fields.flag("readOnly"),
                    fields.oneOf("mode", AccessMode.values(), AccessMode::name),
                    fields.optionalTexts("flags")));
            fields.noMore();
        }
        return publications;
    }

    private static VolumeId id(String text) throws DamagedRecordException {
        return VolumeId.parse(text).orElseThrow(() -> new DamagedRecordException("id is not a volume id"));
    }

    private static JsonElement parse(String text) throws DamagedRecordException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new DamagedRecordException("more text after the record");
            }
            return element;
        } catch (IOException | JsonParseException e) {
            throw new DamagedRecordException("not JSON", e);
        }
    }
}
