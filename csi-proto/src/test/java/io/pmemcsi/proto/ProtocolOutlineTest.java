// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import csi.v1.CsiProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The comparison notices a change of each kind, and only that change: {@link OfficialDescriptorsTest} can fail. */
final class ProtocolOutlineTest {
    @Test
    void a_copy_does_not_differ() {
        assertThat(differencesAfter(_ -> {})).isEmpty();
    }

    @Test
    void order_and_language_options_do_not_matter() {
        assertThat(differencesAfter(file -> {
                    file.getOptionsBuilder().setJavaPackage("other").setGoPackage("other");
                    file.addMessageType(file.getMessageType(0)).removeMessageType(0);
                }))
                .isEmpty();
    }

    @Test
    void a_changed_field_number_is_the_one_difference() {
        assertThat(differencesAfter(file -> field(file, "Topology", "segments").setNumber(7)))
                .singleElement()
                .asString()
                .startsWith("different field csi.v1.Topology.segments: [number=1 type=MESSAGE ")
                .contains("official [number=7 type=MESSAGE ");
    }

    @Test
    void a_changed_type_is_a_difference() {
        assertThat(differencesAfter(file ->
                        field(file, "CapacityRange", "limit_bytes").setType(FieldDescriptorProto.Type.TYPE_UINT64)))
                .singleElement()
                .asString()
                .contains("csi.v1.CapacityRange.limit_bytes", "type=INT64", "type=UINT64");
    }

    @Test
    void a_lost_secret_mark_is_a_difference() {
        assertThat(differencesAfter(
                        file -> field(file, "CreateVolumeRequest", "secrets").clearOptions()))
                .singleElement()
                .asString()
                .contains("csi.v1.CreateVolumeRequest.secrets", "options={1059: 1}", "options={}");
    }

    @Test
    void a_field_outside_of_its_oneof_is_a_difference() {
        assertThat(differencesAfter(
                        file -> field(file, "VolumeContentSource", "volume").clearOneofIndex()))
                .singleElement()
                .asString()
                .contains("csi.v1.VolumeContentSource.volume", "oneof=type", "oneof= ");
    }

    @Test
    void a_renamed_field_is_missing_under_one_name_and_not_official_under_the_other() {
        assertThat(differencesAfter(
                        file -> field(file, "CapacityRange", "limit_bytes").setName("most_bytes")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("not official field csi.v1.CapacityRange.limit_bytes: "),
                        second -> assertThat(second).startsWith("missing field csi.v1.CapacityRange.most_bytes: "));
    }

    @Test
    void a_stream_is_a_difference() {
        assertThat(differencesAfter(file -> method(file, "Node", "NodeGetInfo").setServerStreaming(true)))
                .singleElement()
                .asString()
                .contains("csi.v1.Node.NodeGetInfo", "server_streaming=false", "server_streaming=true");
    }

    @Test
    void an_enum_value_of_another_number_is_a_difference() {
        assertThat(differencesAfter(file -> enumeration(file, "BlockMetadataType")
                        .getValueBuilderList()
                        .getLast()
                        .setNumber(9)))
                .singleElement()
                .asString()
                .contains("csi.v1.BlockMetadataType.VARIABLE_LENGTH", "number=2", "number=9");
    }

    @Test
    void a_number_no_longer_reserved_is_a_difference() {
        assertThat(differencesAfter(
                        file -> message(file, "NodeGetVolumeStatsResponse").clearReservedRange()))
                .singleElement()
                .asString()
                .contains("csi.v1.NodeGetVolumeStatsResponse", "reserved=[start: 2 end: 3][]", "reserved=[][]");
    }

    @Test
    void an_extension_for_something_else_is_a_difference() {
        assertThat(differencesAfter(file -> file.getExtensionBuilderList().stream()
                        .filter(extension -> extension.getName().equals("alpha_message"))
                        .forEach(extension -> extension.setExtendee(".google.protobuf.FileOptions"))))
                .singleElement()
                .asString()
                .contains("extension csi.v1.alpha_message", "google.protobuf.FileOptions");
    }

    @Test
    void a_file_without_its_import_is_refused() {
        FileDescriptorSet alone = FileDescriptorSet.newBuilder()
                .addFile(CsiProto.getDescriptor().toProto())
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DescriptorSets.link(alone))
                .withMessageContaining("lacks its import google/protobuf/descriptor.proto");
    }

    private static List<String> differencesAfter(Consumer<FileDescriptorProto.Builder> change) {
        var files = new LinkedHashMap<String, FileDescriptorProto>();
        collect(CsiProto.getDescriptor(), files);
        String name = CsiProto.getDescriptor().getName();
        FileDescriptorProto.Builder changed = files.get(name).toBuilder();
        change.accept(changed);
        files.put(name, changed.build());
        var set = FileDescriptorSet.newBuilder().addAllFile(files.values()).build();
        return ProtocolOutline.of(List.of(CsiProto.getDescriptor()))
                .differencesTo(
                        ProtocolOutline.of(List.of(DescriptorSets.link(set).getLast())));
    }

    private static void collect(FileDescriptor file, Map<String, FileDescriptorProto> files) {
        file.getDependencies().forEach(imported -> collect(imported, files));
        files.putIfAbsent(file.getName(), file.toProto());
    }

    private static FieldDescriptorProto.Builder field(FileDescriptorProto.Builder file, String message, String name) {
        return message(file, message).getFieldBuilderList().stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DescriptorProto.Builder message(FileDescriptorProto.Builder file, String name) {
        return file.getMessageTypeBuilderList().stream()
                .filter(message -> message.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static EnumDescriptorProto.Builder enumeration(FileDescriptorProto.Builder file, String name) {
        return file.getEnumTypeBuilderList().stream()
                .filter(type -> type.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MethodDescriptorProto.Builder method(FileDescriptorProto.Builder file, String service, String name) {
        return file.getServiceBuilderList().stream()
                .filter(candidate -> candidate.getName().equals(service))
                .flatMap(candidate -> candidate.getMethodBuilderList().stream())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
