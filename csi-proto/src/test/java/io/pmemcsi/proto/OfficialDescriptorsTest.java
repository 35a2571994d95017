// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import csi.v1.CsiProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import pluginregistration.v1.PluginRegistrationProto;

/** Our .proto files say what the official ones say, which the Go packages of those projects carry. */
final class OfficialDescriptorsTest {
    private static final Path OFFICIAL =
            Path.of(System.getProperty("pmemcsi.descriptors", "../target/tools/descriptors.pb"));

    @Test
    void csi_is_the_official_protocol() throws IOException {
        ProtocolOutline ours = ProtocolOutline.of(List.of(CsiProto.getDescriptor()));

        assertThat(ours.size()).isGreaterThan(500);
        assertThat(ours.differencesTo(official("csi.v1"))).isEmpty();
    }

    @Test
    void plugin_registration_is_the_official_protocol() throws IOException {
        ProtocolOutline ours = ProtocolOutline.of(List.of(PluginRegistrationProto.getDescriptor()));

        assertThat(ours.size()).isGreaterThan(10);
        assertThat(ours.differencesTo(official("pluginregistration"))).isEmpty();
    }

    private static ProtocolOutline official(String protobufPackage) throws IOException {
        return ProtocolOutline.of(DescriptorSets.link(officialFiles()).stream()
                .filter(file -> file.getPackage().equals(protobufPackage))
                .toList());
    }

    private static FileDescriptorSet officialFiles() throws IOException {
        if (!Files.isRegularFile(OFFICIAL)) {
            fail(
                    "The official protocol descriptors are not at %s. Run 'make tools' in the root folder of the project.",
                    OFFICIAL.toAbsolutePath().normalize());
        }
        return FileDescriptorSet.parseFrom(Files.readAllBytes(OFFICIAL));
    }
}
