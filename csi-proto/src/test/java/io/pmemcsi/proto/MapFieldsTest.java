// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.proto;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import csi.v1.CreateVolumeRequest;
import csi.v1.CsiProto;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where a message has the maps {@code parameters} and {@code mutable_parameters}, these are two. Such code is changed after
 * its generation (see the POM of this module), and every way to fill, empty and copy the maps has to survive that.
 */
final class MapFieldsTest {
    private static final String FIRST_ONLY = "parameters { key: \"a\" value: \"1\" }";
    private static final String SECOND_ONLY = "mutable_parameters { key: \"b\" value: \"2\" }";
    private static final String BOTH = FIRST_ONLY + " " + SECOND_ONLY;

    static Stream<Message> messagesWithBothMaps() {
        return Stream.of(
                CreateVolumeRequest.getDefaultInstance(),
                ValidateVolumeCapabilitiesRequest.getDefaultInstance(),
                ValidateVolumeCapabilitiesResponse.Confirmed.getDefaultInstance());
    }

    @Test
    void no_other_message_has_both_maps() {
        assertThat(CsiProto.getDescriptor().getMessageTypes().stream()
                        .flatMap(MapFieldsTest::withNested)
                        .filter(type -> type.findFieldByName("mutable_parameters") != null)
                        .filter(type -> type.findFieldByName("parameters") != null)
                        .collect(toSet()))
                .isEqualTo(messagesWithBothMaps()
                        .map(Message::getDescriptorForType)
                        .collect(toSet()));
    }

    @ParameterizedTest
    @MethodSource("messagesWithBothMaps")
    void the_wire_keeps_them_apart(Message type) throws InvalidProtocolBufferException {
        for (String content : new String[] {FIRST_ONLY, SECOND_ONLY, BOTH}) {
            Message parsed =
                    type.getParserForType().parseFrom(filled(type, content).toByteString());

            assertThat(text(parsed)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @MethodSource("messagesWithBothMaps")
    void merging_keeps_them_apart(Message type) throws InvalidProtocolBufferException {
        Message first = filled(type, FIRST_ONLY);
        Message second = filled(type, SECOND_ONLY);

        assertThat(text(first.toBuilder().mergeFrom(second).build())).isEqualTo(BOTH);
        assertThat(text(second.toBuilder().mergeFrom(first).build())).isEqualTo(BOTH);
        assertThat(text(second.toBuilder().mergeFrom(first.toByteString()).build()))
                .isEqualTo(BOTH);
        assertThat(text(first)).isEqualTo(FIRST_ONLY);
        assertThat(text(second)).isEqualTo(SECOND_ONLY);
    }

    @ParameterizedTest
    @MethodSource("messagesWithBothMaps")
    void clearing_keeps_them_apart(Message type) throws InvalidProtocolBufferException {
        Message both = filled(type, BOTH);

        assertThat(text(both.toBuilder().clearField(field(type, "parameters")).build()))
                .isEqualTo(SECOND_ONLY);
        assertThat(text(both.toBuilder()
                        .clearField(field(type, "mutable_parameters"))
                        .build()))
                .isEqualTo(FIRST_ONLY);
        assertThat(both.toBuilder().clear().build()).isEqualTo(type);
        assertThat(text(both)).isEqualTo(BOTH);
    }

    @Test
    void the_builder_of_a_create_request_keeps_them_apart() {
        var builder = CreateVolumeRequest.newBuilder()
                .putParameters("a", "1")
                .putMutableParameters("b", "2")
                .putAllParameters(Map.of("c", "3"))
                .putAllMutableParameters(Map.of("d", "4"))
                .removeParameters("a")
                .removeMutableParameters("b");

        assertThat(builder.getParametersMap()).isEqualTo(Map.of("c", "3"));
        assertThat(builder.getMutableParametersMap()).isEqualTo(Map.of("d", "4"));
        assertThat(builder.clearParameters().build().getMutableParametersMap()).isEqualTo(Map.of("d", "4"));
        assertThat(builder.clearMutableParameters().build()).isEqualTo(CreateVolumeRequest.getDefaultInstance());
    }

    @Test
    void the_builder_of_a_validate_request_keeps_them_apart() {
        var builder = ValidateVolumeCapabilitiesRequest.newBuilder()
                .putParameters("a", "1")
                .putMutableParameters("b", "2")
                .putAllParameters(Map.of("c", "3"))
                .removeParameters("a");

        assertThat(builder.getParametersMap()).isEqualTo(Map.of("c", "3"));
        assertThat(builder.clearParameters().build().getMutableParametersMap()).isEqualTo(Map.of("b", "2"));
    }

    @Test
    void the_builder_of_a_validate_reply_keeps_them_apart() {
        var builder = ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
                .putParameters("a", "1")
                .putMutableParameters("b", "2")
                .putAllParameters(Map.of("c", "3"))
                .removeParameters("a");

        assertThat(builder.getParametersMap()).isEqualTo(Map.of("c", "3"));
        assertThat(builder.clearParameters().build().getMutableParametersMap()).isEqualTo(Map.of("b", "2"));
    }

    /** By way of reflection, as the text format fills messages. */
    private static Message filled(Message type, String content) {
        Message.Builder builder = type.newBuilderForType();
        try {
            TextFormat.merge(content, builder);
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(content, e);
        }
        return builder.build();
    }

    private static String text(Message message) {
        return TextFormat.printer().emittingSingleLine(true).printToString(message);
    }

    private static FieldDescriptor field(Message type, String name) {
        return type.getDescriptorForType().findFieldByName(name);
    }

    private static Stream<Descriptor> withNested(Descriptor type) {
        return Stream.concat(Stream.of(type), type.getNestedTypes().stream().flatMap(MapFieldsTest::withNested));
    }
}
