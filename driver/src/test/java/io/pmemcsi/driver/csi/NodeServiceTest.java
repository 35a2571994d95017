// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static io.pmemcsi.driver.csi.InProcessCsi.assertRefused;
import static io.pmemcsi.driver.csi.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetStorageHealthRequest;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeServiceCapability;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeUsage;
import io.grpc.Status.Code;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.volume.TestNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeServiceTest {
    private static final String ID = VolumeId.ofName("a").value();
    private static final String RAW = VolumeId.ofName("raw").value();
    private static final String NOBODY = VolumeId.ofName("nobody").value();

    private final InProcessCsi csi = InProcessCsi.start();

    @BeforeEach
    void create() {
        csi.controller().createVolume(Requests.create("a").build());
        csi.controller()
                .createVolume(Requests.create("raw")
                        .setVolumeCapabilities(0, Requests.block())
                        .build());
    }

    @AfterEach
    void stop() {
        csi.close();
    }

    private void stage(NodeStageVolumeRequest.Builder request) {
        assertThat(csi.nodeService().nodeStageVolume(request.build())).isNotNull();
    }

    private void publish(NodePublishVolumeRequest.Builder request) {
        assertThat(csi.nodeService().nodePublishVolume(request.build())).isNotNull();
    }

    private void unpublish(String id) {
        assertThat(csi.nodeService().nodeUnpublishVolume(Requests.unpublish(id).build()))
                .isNotNull();
    }

    private Optional<Mounted> mountedAt(String path) {
        return csi.node().mounter().find(Path.of(path));
    }

    private static VolumeCapability withFlags(String... flags) {
        return Requests.mount().toBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder().addAllMountFlags(List.of(flags)))
                .build();
    }

    @Test
    void says_who_and_where_it_is() {
        var info = csi.nodeService().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance());
        assertThat(info.getNodeId()).isEqualTo("node-1");
        assertThat(info.getAccessibleTopology().getSegmentsMap())
                .containsOnly(Map.entry("pmem-csi.example.org/node", "node-1"));
        assertThat(info.getMaxVolumesPerNode()).isZero();
    }

    @Test
    void announces_what_it_does() {
        var capabilities = csi.nodeService()
                .nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList();
        assertThat(capabilities)
                .extracting(capability -> capability.getRpc().getType())
                .contains(
                        NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
                        NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
                        NodeServiceCapability.RPC.Type.GET_VOLUME_STATS)
                .doesNotContain(NodeServiceCapability.RPC.Type.VOLUME_MOUNT_GROUP);
    }

    @Test
    void brings_a_volume_to_a_pod_and_back() {
        stage(Requests.stage(ID));
        publish(Requests.publish(ID));
        assertThat(mountedAt(Requests.TARGET)).map(Mounted::type).contains("ext4");
        unpublish(ID);
        assertThat(mountedAt(Requests.TARGET)).isEmpty();
        csi.nodeService().nodeUnstageVolume(Requests.unstage(ID).build());
        csi.nodeService().nodeUnstageVolume(Requests.unstage(ID).build());
        assertThat(mountedAt(Requests.STAGING)).isEmpty();
        csi.controller().deleteVolume(Requests.delete(ID));
    }

    @Test
    void shows_a_raw_volume() {
        stage(Requests.stage(RAW).setVolumeCapability(Requests.block()));
        publish(Requests.publish(RAW).setVolumeCapability(Requests.block()).setReadonly(true));
        assertThat(mountedAt(Requests.TARGET)).hasValueSatisfying(mounted -> {
            assertThat(mounted.type()).isEqualTo("block");
            assertThat(mounted.readOnly()).isTrue();
        });
        unpublish(RAW);
    }

    @Test
    void stage_names_what_is_missing() {
        var service = csi.nodeService();
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(""))).contains("volume_id");
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).clearStagingTargetPath()))
                .contains("staging_target_path");
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).clearVolumeCapability()))
                .contains("volume_capability");
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> service.nodeUnstageVolume(Requests.unstage("").build()));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> service.nodeUnstageVolume(
                        Requests.unstage(ID).clearStagingTargetPath().build()));
    }

    @Test
    void publish_names_what_is_missing() {
        stage(Requests.stage(ID));
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publish("")))
                .contains("volume_id");
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publish(ID).clearTargetPath()))
                .contains("target_path");
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publish(ID).clearVolumeCapability()))
                .contains("volume_capability");
        assertRefused(Code.INVALID_ARGUMENT, () -> unpublish("")).contains("volume_id");
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> csi.nodeService()
                        .nodeUnpublishVolume(
                                Requests.unpublish(ID).clearTargetPath().build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative/path",
                "/kubelet/../etc",
                "/kubelet/./pods",
                "/kubelet/pods/\0",
                "/kubelet/a\nb",
                "/etc",
                "/",
                "/kubelet"
            })
    void refuses_paths_that_are_not_plainly_below_the_kubelet_directory(String path) {
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).setStagingTargetPath(path)));
        stage(Requests.stage(ID));
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publish(ID).setTargetPath(path)));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> publish(Requests.publishInline("csi-1").setTargetPath(path)));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> csi.nodeService()
                        .nodeUnpublishVolume(
                                Requests.unpublish(ID).setTargetPath(path).build()));
        assertThat(csi.node().store().find(VolumeId.ofInlineHandle("csi-1"))).isEmpty();
    }

    @Test
    void refuses_fields_that_are_too_long() {
        assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> stage(Requests.stage(ID).setStagingTargetPath("/kubelet/" + "a/".repeat(2100))))
                .contains("4096");
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).putVolumeContext("k", "v".repeat(4096))))
                .contains("volume_context", "4097");
        String[] flags = new String[1000];
        Arrays.fill(flags, "noatime");
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).setVolumeCapability(withFlags(flags))))
                .contains("mount_flags", "7000");
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publishInline("h".repeat(129))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"suid", "dev", "errors=panic", "dax", "noatime,suid", "ro\nsuid", "", "context=a,b"})
    void refuses_mount_flags_that_could_harm_the_node(String flag) {
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).setVolumeCapability(withFlags(flag))))
                .contains("mount_flags");
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> publish(Requests.publishInline("csi-1").setVolumeCapability(withFlags(flag))));
    }

    @Test
    void refuses_a_volume_mount_group() {
        var group = Requests.mount().toBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder().setVolumeMountGroup("1000"))
                .build();
        assertRefused(Code.INVALID_ARGUMENT, () -> stage(Requests.stage(ID).setVolumeCapability(group)))
                .contains("fsGroup");
    }

    @Test
    void unknown_volumes_are_not_found_and_their_absence_is_no_error() {
        for (String id : List.of(NOBODY, "nobody", "../x", "csi-unknown")) {
            assertRefused(Code.NOT_FOUND, () -> stage(Requests.stage(id)));
            assertRefused(Code.NOT_FOUND, () -> publish(Requests.publish(id)));
            csi.nodeService().nodeUnstageVolume(Requests.unstage(id).build());
            unpublish(id);
        }
    }

    @Test
    void tells_why_a_volume_cannot_be_published() {
        assertRefused(Code.FAILED_PRECONDITION, () -> publish(Requests.publish(ID)))
                .contains("not staged");
        stage(Requests.stage(ID));
        assertRefused(
                        Code.FAILED_PRECONDITION,
                        () -> publish(Requests.publish(ID).clearStagingTargetPath()))
                .contains("staging_target_path");
        publish(Requests.publish(ID));
        assertRefused(Code.ALREADY_EXISTS, () -> publish(Requests.publish(ID).setReadonly(true)))
                .contains("read-only");
        assertRefused(
                        Code.FAILED_PRECONDITION,
                        () -> csi.nodeService()
                                .nodeUnstageVolume(Requests.unstage(ID).build()))
                .contains(Requests.TARGET);
        assertRefused(
                Code.FAILED_PRECONDITION,
                () -> stage(Requests.stage(ID).setStagingTargetPath("/kubelet/staging/other")));
        assertRefused(Code.ALREADY_EXISTS, () -> stage(Requests.stage(ID).setVolumeCapability(Requests.block())));
    }

    @Test
    void a_single_writer_has_the_volume_alone() {
        var single = Requests.mount(Mode.SINGLE_NODE_SINGLE_WRITER);
        stage(Requests.stage(ID));
        publish(Requests.publish(ID).setVolumeCapability(single));
        assertRefused(
                Code.FAILED_PRECONDITION,
                () -> publish(Requests.publish(ID).setVolumeCapability(single).setTargetPath("/kubelet/pods/q")));
    }

    @Test
    void read_only_may_be_asked_for_in_three_ways() {
        stage(Requests.stage(ID));
        publish(Requests.publish(ID).setTargetPath("/kubelet/a").setReadonly(true));
        publish(Requests.publish(ID)
                .setTargetPath("/kubelet/b")
                .setVolumeCapability(Requests.mount(Mode.SINGLE_NODE_READER_ONLY)));
        publish(Requests.publish(ID).setTargetPath("/kubelet/c").setVolumeCapability(withFlags("ro")));
        publish(Requests.publish(ID).setTargetPath("/kubelet/d"));
        assertThat(List.of("/kubelet/a", "/kubelet/b", "/kubelet/c", "/kubelet/d"))
                .extracting(path -> mountedAt(path).orElseThrow().readOnly())
                .containsExactly(true, true, true, false);
    }

    @Test
    void an_inline_volume_lives_from_publish_to_unpublish() {
        publish(Requests.publishInline("csi-1"));
        publish(Requests.publishInline("csi-1"));
        assertThat(mountedAt(Requests.TARGET)).isPresent();
        unpublish("csi-1");
        unpublish("csi-1");
        csi.node().awaitErased();
        assertThat(csi.node().store().all()).hasSize(2);
        assertThat(mountedAt(Requests.TARGET)).isEmpty();
    }

    @Test
    void an_inline_volume_says_what_is_wrong_with_its_attributes() {
        assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> publish(Requests.publishInline("csi-1").removeVolumeContext("size")))
                .contains("volume_context[size]");
        assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> publish(Requests.publishInline("csi-1").putVolumeContext("size", "many")))
                .contains("\"many\"");
        assertRefused(
                Code.OUT_OF_RANGE, () -> publish(Requests.publishInline("csi-1").putVolumeContext("size", "1Ti")));
        assertRefused(
                        Code.INVALID_ARGUMENT,
                        () -> publish(Requests.publishInline("csi-1").setVolumeCapability(Requests.block())))
                .contains("raw block");
    }

    @Test
    void the_two_kinds_of_volumes_cannot_be_confused() {
        publish(Requests.publishInline("csi-1"));
        String derived = VolumeId.ofInlineHandle("csi-1").value();
        for (String id : List.of("csi-1", derived)) {
            assertRefused(Code.NOT_FOUND, () -> stage(Requests.stage(id)));
            assertRefused(Code.NOT_FOUND, () -> publish(Requests.publish(id).setTargetPath("/kubelet/q")));
        }
        assertRefused(Code.FAILED_PRECONDITION, () -> unpublish(derived));
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publishInline(ID)))
                .contains("persistent");
        assertRefused(Code.INVALID_ARGUMENT, () -> publish(Requests.publishInline(derived)));
        assertThat(mountedAt(Requests.TARGET)).isPresent();
    }

    private NodeExpandVolumeRequest.Builder expand(String id, String path) {
        return NodeExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(path)
                .setCapacityRange(Requests.mebibytes(200));
    }

    @Test
    void grows_a_file_system() {
        var service = csi.nodeService();
        stage(Requests.stage(ID));
        publish(Requests.publish(ID));
        assertThat(service.nodeExpandVolume(expand(ID, Requests.TARGET).build()).getCapacityBytes())
                .isEqualTo(200 * MIB);
        assertThat(service.nodeExpandVolume(
                                expand(ID, Requests.TARGET).clearCapacityRange().build())
                        .getCapacityBytes())
                .isEqualTo(200 * MIB);
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> service.nodeExpandVolume(expand("", Requests.TARGET).build()));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> service.nodeExpandVolume(expand(ID, "").build()));
        assertRefused(
                Code.NOT_FOUND,
                () -> service.nodeExpandVolume(expand(ID, "/kubelet/nowhere").build()));
        assertRefused(
                Code.NOT_FOUND,
                () -> service.nodeExpandVolume(expand(NOBODY, Requests.TARGET).build()));
        assertRefused(
                Code.NOT_FOUND,
                () -> service.nodeExpandVolume(expand("nobody", Requests.TARGET).build()));
    }

    private List<VolumeUsage> stats(String id, String path) {
        var request = NodeGetVolumeStatsRequest.newBuilder().setVolumeId(id).setVolumePath(path);
        return csi.nodeService().nodeGetVolumeStats(request.build()).getUsageList();
    }

    @Test
    void measures_a_file_system() {
        stage(Requests.stage(ID));
        publish(Requests.publish(ID));
        assertThat(stats(ID, Requests.TARGET)).hasSize(2).allSatisfy(usage -> {
            assertThat(usage.getTotal()).isPositive();
            assertThat(usage.getUsed() + usage.getAvailable()).isEqualTo(usage.getTotal());
        });
        assertThat(stats(ID, Requests.STAGING))
                .extracting(VolumeUsage::getUnit)
                .containsExactly(VolumeUsage.Unit.BYTES, VolumeUsage.Unit.INODES);
        assertRefused(Code.NOT_FOUND, () -> stats(ID, "/kubelet/nowhere"));
        assertRefused(Code.NOT_FOUND, () -> stats(NOBODY, Requests.TARGET));
        assertRefused(Code.NOT_FOUND, () -> stats("nobody", Requests.TARGET));
        assertRefused(Code.INVALID_ARGUMENT, () -> stats("", Requests.TARGET));
        assertRefused(Code.INVALID_ARGUMENT, () -> stats(ID, ""));
    }

    @Test
    void measures_raw_and_inline_volumes() {
        stage(Requests.stage(RAW).setVolumeCapability(Requests.block()));
        publish(Requests.publish(RAW).setVolumeCapability(Requests.block()));
        assertThat(stats(RAW, Requests.TARGET))
                .singleElement()
                .satisfies(usage -> assertThat(usage.getTotal()).isEqualTo(100 * MIB));
        publish(Requests.publishInline("csi-1").setTargetPath("/kubelet/i"));
        assertThat(stats("csi-1", "/kubelet/i")).hasSize(2);
    }

    @Test
    void reports_health() {
        stage(Requests.stage(ID));
        var request = NodeGetVolumeHealthRequest.newBuilder().setVolumeId(ID).build();
        var health = csi.nodeService().nodeGetVolumeHealth(request).getVolumeHealth();
        assertThat(health.getVolumeId()).isEqualTo(ID);
        assertThat(health.getHealthStatusesList())
                .singleElement()
                .satisfies(entry -> assertThat(entry.getReason()).isEqualTo("DaxInactive"));
        assertRefused(
                Code.NOT_FOUND,
                () -> csi.nodeService()
                        .nodeGetVolumeHealth(NodeGetVolumeHealthRequest.newBuilder()
                                .setVolumeId(NOBODY)
                                .build()));
        assertThat(csi.nodeService()
                        .nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
                        .getBackendHealthList())
                .isEmpty();
    }

    @Test
    void storage_that_is_not_persistent_memory_says_so() {
        var emulated = new DeviceTraits("emulated", false, true, true, Optional.of("not persistent memory"));
        try (InProcessCsi other = InProcessCsi.start(TestNode.Setup.DEFAULT.withTraits(emulated))) {
            var health = other.nodeService().nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance());
            assertThat(health.getBackendHealthList())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getMessage()).isEqualTo("not persistent memory"));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "TRUE, false", "'', false"})
    void a_volume_is_inline_only_when_the_kubelet_says_so(String text, boolean inline) {
        var request = Requests.publishInline("csi-1").putVolumeContext("csi.storage.k8s.io/ephemeral", text);
        if (inline) {
            publish(request);
        } else {
            assertRefused(Code.FAILED_PRECONDITION, () -> publish(request)).contains("staging_target_path");
        }
    }
}
