// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static io.pmemcsi.driver.csi.InProcessCsi.assertRefused;
import static io.pmemcsi.driver.csi.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerServiceCapability;
import csi.v1.CreateVolumeRequest;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeContentSource;
import io.grpc.Status.Code;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControllerServiceTest {
    private final InProcessCsi csi = InProcessCsi.start();

    @AfterEach
    void stop() {
        csi.close();
    }

    private Volume created(CreateVolumeRequest.Builder request) {
        return csi.controller().createVolume(request.build()).getVolume();
    }

    private void refused(Code code, CreateVolumeRequest.Builder request, String... texts) {
        assertRefused(code, () -> created(request))
                .satisfies(text -> assertThat(List.of(texts)).allMatch(text::contains));
        assertThat(csi.node().store().all()).isEmpty();
    }

    @Test
    void announces_what_it_does() {
        var capabilities = csi.controller()
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList();
        assertThat(capabilities)
                .extracting(capability -> capability.getRpc().getType())
                .contains(
                        ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
                        ControllerServiceCapability.RPC.Type.GET_CAPACITY)
                .doesNotContain(
                        ControllerServiceCapability.RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
                        ControllerServiceCapability.RPC.Type.EXPAND_VOLUME);
    }

    @Test
    void creates_a_volume() {
        Volume volume = created(Requests.create("pvc-1").putParameters("eraseafter", "false"));
        assertThat(volume)
                .isEqualTo(Volume.newBuilder()
                        .setVolumeId(VolumeId.ofName("pvc-1").value())
                        .setCapacityBytes(100 * MIB)
                        .putVolumeContext("eraseafter", "false")
                        .putVolumeContext("usage", "AppDirect")
                        .putVolumeContext("daxPolicy", "preferred")
                        .addAccessibleTopology(Requests.here())
                        .build());
        assertThat(created(Requests.create("pvc-1").putParameters("eraseAfter", "false")))
                .isEqualTo(volume);
        assertRefused(Code.ALREADY_EXISTS, () -> created(Requests.create("pvc-1")))
                .contains("eraseafter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\there", "new\nline", "nul\0"})
    void refuses_a_name_that_is_missing_or_has_control_characters(String name) {
        refused(Code.INVALID_ARGUMENT, Requests.create(name), "name:");
    }

    @Test
    void refuses_fields_that_are_too_long() {
        created(Requests.create("v".repeat(128)));
        assertRefused(Code.INVALID_ARGUMENT, () -> created(Requests.create("v".repeat(129))))
                .contains("name", "129", "128");
        assertRefused(Code.INVALID_ARGUMENT, () -> created(Requests.create("\u20ac".repeat(43))))
                .contains("129");
        assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> created(Requests.create("a").putParameters("usage", "x".repeat(4097))))
                .contains("parameters", "4096");
    }

    static Stream<Arguments> unsupported() {
        var source = VolumeContentSource.newBuilder()
                .setSnapshot(VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId("s"));
        String hostile = "key\n".repeat(10_000);
        return Stream.of(
                Arguments.of(Requests.create("a").clearVolumeCapabilities(), "volume_capabilities: missing"),
                Arguments.of(Requests.create("a").setVolumeContentSource(source), "volume_content_source"),
                Arguments.of(Requests.create("a").putMutableParameters("iops", "9"), "mutable_parameters"),
                Arguments.of(Requests.create("a").putMutableParameters(hostile, "9"), "mutable_parameters"),
                Arguments.of(Requests.create("a").putParameters("unknown", "1"), "unknown key \"unknown\""),
                Arguments.of(Requests.create("a").putParameters("daxPolicy", "required"), "daxPolicy"));
    }

    static Stream<Arguments> unsupportedCapabilities() {
        return Stream.of(
                Arguments.of(Requests.create("a").addVolumeCapabilities(Requests.block()), "either block or mount"),
                Arguments.of(
                        Requests.create("a")
                                .clearVolumeCapabilities()
                                .addVolumeCapabilities(Requests.mount("ext4"))
                                .addVolumeCapabilities(Requests.mount("xfs")),
                        "more than one"),
                Arguments.of(
                        Requests.create("a").clearVolumeCapabilities().addVolumeCapabilities(Requests.mount("btrfs")),
                        "\"btrfs\""),
                Arguments.of(
                        Requests.create("a")
                                .clearVolumeCapabilities()
                                .addVolumeCapabilities(Requests.mount("evil\ntype")),
                        "\"evil?type\""),
                Arguments.of(
                        Requests.create("a")
                                .setVolumeCapabilities(
                                        0, Requests.mount().toBuilder().clearAccessType()),
                        "access_type"),
                Arguments.of(
                        Requests.create("a")
                                .setVolumeCapabilities(
                                        0, Requests.mount().toBuilder().clearAccessMode()),
                        "access_mode"));
    }

    @ParameterizedTest
    @MethodSource({"unsupported", "unsupportedCapabilities"})
    void refuses_what_it_never_does(CreateVolumeRequest.Builder request, String text) {
        refused(Code.INVALID_ARGUMENT, request, text);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"MULTI_NODE_READER_ONLY", "MULTI_NODE_SINGLE_WRITER", "MULTI_NODE_MULTI_WRITER", "UNKNOWN"})
    void refuses_access_from_many_nodes(Mode mode) {
        refused(
                Code.INVALID_ARGUMENT,
                Requests.create("a").setVolumeCapabilities(0, Requests.mount(mode)),
                mode.name(),
                "SINGLE_NODE_WRITER");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, OUT_OF_RANGE",
        "0, -1, OUT_OF_RANGE",
        "2097152, 1048576, OUT_OF_RANGE",
        "1, 0, OUT_OF_RANGE",
        "0, 1048576, OUT_OF_RANGE",
        "1099511627776, 0, OUT_OF_RANGE",
        "9223372036854775807, 0, OUT_OF_RANGE"
    })
    void refuses_sizes_that_cannot_be(long required, long limit, Code code) {
        var range = CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit);
        refused(code, Requests.create("a").setCapacityRange(range));
    }

    @Test
    void says_when_there_is_no_space() {
        created(Requests.create("a").setCapacityRange(Requests.mebibytes(1000)));
        assertRefused(Code.RESOURCE_EXHAUSTED, () -> created(Requests.create("b")))
                .contains("24Mi");
    }

    @Test
    void makes_volumes_for_this_node_only() {
        var elsewhere = TopologyRequirement.newBuilder().addRequisite(Requests.elsewhere());
        refused(Code.RESOURCE_EXHAUSTED, Requests.create("a").setAccessibilityRequirements(elsewhere), "requisite");
        var other = TopologyRequirement.newBuilder().addRequisite(Requests.topology("zone", "z"));
        refused(Code.RESOURCE_EXHAUSTED, Requests.create("a").setAccessibilityRequirements(other));
        created(Requests.create("a").setAccessibilityRequirements(elsewhere.addRequisite(Requests.here())));
        created(Requests.create("b").setAccessibilityRequirements(TopologyRequirement.getDefaultInstance()));
        created(Requests.create("c")
                .setAccessibilityRequirements(TopologyRequirement.newBuilder().addPreferred(Requests.elsewhere())));
    }

    @Test
    void deletes_a_volume_and_what_is_not_there() {
        String id = created(Requests.create("a")).getVolumeId();
        csi.controller().deleteVolume(Requests.delete(id));
        csi.controller().deleteVolume(Requests.delete(id));
        csi.controller().deleteVolume(Requests.delete("no such id"));
        csi.controller().deleteVolume(Requests.delete("../../etc"));
        csi.node().awaitErased();
        assertThat(csi.node().store().all()).isEmpty();
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.controller().deleteVolume(Requests.delete("")))
                .contains("volume_id");
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.controller().deleteVolume(Requests.delete("i".repeat(129))));
    }

    @Test
    void does_not_delete_what_is_in_use() {
        String id = created(Requests.create("a")).getVolumeId();
        csi.nodeService().nodeStageVolume(Requests.stage(id).build());
        assertRefused(Code.FAILED_PRECONDITION, () -> csi.controller().deleteVolume(Requests.delete(id)))
                .contains(Requests.STAGING);
        csi.nodeService()
                .nodePublishVolume(Requests.publishInline("csi-1")
                        .setTargetPath("/kubelet/i")
                        .build());
        assertRefused(Code.FAILED_PRECONDITION, () -> csi.controller().deleteVolume(Requests.delete("csi-1")));
    }

    private ControllerExpandVolumeResponse expand(String id, long mebibytes) {
        return csi.controller()
                .controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId(id)
                        .setCapacityRange(Requests.mebibytes(mebibytes))
                        .build());
    }

    @Test
    void grows_a_volume() {
        String mounted = created(Requests.create("a")).getVolumeId();
        String raw = created(Requests.create("b").setVolumeCapabilities(0, Requests.block()))
                .getVolumeId();
        assertThat(expand(mounted, 200))
                .isEqualTo(ControllerExpandVolumeResponse.newBuilder()
                        .setCapacityBytes(200 * MIB)
                        .setNodeExpansionRequired(true)
                        .build());
        assertThat(expand(raw, 200).getNodeExpansionRequired()).isFalse();
        assertThat(expand(mounted, 150).getCapacityBytes()).isEqualTo(200 * MIB);
        assertRefused(Code.OUT_OF_RANGE, () -> expand(mounted, 5000));
        assertRefused(Code.RESOURCE_EXHAUSTED, () -> expand(mounted, 1000));
        assertRefused(Code.NOT_FOUND, () -> expand(VolumeId.ofName("none").value(), 5));
        assertRefused(Code.NOT_FOUND, () -> expand("none", 5));
        assertRefused(Code.INVALID_ARGUMENT, () -> expand("", 5));
        var noRange =
                ControllerExpandVolumeRequest.newBuilder().setVolumeId(mounted).build();
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.controller().controllerExpandVolume(noRange))
                .contains("capacity_range");
    }

    @Test
    void what_is_not_announced_is_unimplemented() {
        assertRefused(
                Code.UNIMPLEMENTED,
                () -> csi.controller().controllerPublishVolume(ControllerPublishVolumeRequest.getDefaultInstance()));
    }
}
