// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static io.pmemcsi.driver.csi.InProcessCsi.assertRefused;
import static io.pmemcsi.driver.csi.Requests.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int64Value;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeHealth.VolumeHealthEntry;
import csi.v1.VolumeHealthErrorType;
import io.grpc.Status.Code;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.volume.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControllerQueriesTest {
    private final InProcessCsi csi = InProcessCsi.start();

    @AfterEach
    void stop() {
        csi.close();
    }

    private Volume created(CreateVolumeRequest.Builder request) {
        return csi.controller().createVolume(request.build()).getVolume();
    }

    private GetCapacityResponse capacity(GetCapacityRequest.Builder request) {
        return csi.controller().getCapacity(request.build());
    }

    @Test
    void reports_capacity_with_its_bounds() {
        created(Requests.create("a"));
        assertThat(capacity(GetCapacityRequest.newBuilder()))
                .isEqualTo(GetCapacityResponse.newBuilder()
                        .setAvailableCapacity(924 * MIB)
                        .setMaximumVolumeSize(Int64Value.of(924 * MIB))
                        .setMinimumVolumeSize(Int64Value.of(MIB))
                        .build());
    }

    @Test
    void the_smallest_volume_depends_on_the_file_system() {
        var ext4 = GetCapacityRequest.newBuilder().addVolumeCapabilities(Requests.mount());
        var xfs = GetCapacityRequest.newBuilder().addVolumeCapabilities(Requests.mount("xfs"));
        var block = GetCapacityRequest.newBuilder().addVolumeCapabilities(Requests.block());
        var parameter = GetCapacityRequest.newBuilder().putParameters("csi.storage.k8s.io/fstype", "xfs");
        assertThat(capacity(ext4).getMinimumVolumeSize().getValue()).isEqualTo(16 * MIB);
        assertThat(capacity(xfs).getMinimumVolumeSize().getValue()).isEqualTo(300 * MIB);
        assertThat(capacity(block).getMinimumVolumeSize().getValue()).isEqualTo(MIB);
        assertThat(capacity(parameter).getMinimumVolumeSize().getValue()).isEqualTo(300 * MIB);
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> capacity(GetCapacityRequest.newBuilder().putParameters("size", "1")));
    }

    @Test
    void there_is_no_capacity_elsewhere() {
        var elsewhere = GetCapacityRequest.newBuilder().setAccessibleTopology(Requests.elsewhere());
        assertThat(capacity(elsewhere).getAvailableCapacity()).isZero();
        assertThat(capacity(elsewhere).getMaximumVolumeSize().getValue()).isZero();
        var here = GetCapacityRequest.newBuilder().setAccessibleTopology(Requests.here());
        assertThat(capacity(here).getAvailableCapacity()).isEqualTo(1024 * MIB);
    }

    private ListVolumesResponse list(int most, String token) {
        return csi.controller()
                .listVolumes(ListVolumesRequest.newBuilder()
                        .setMaxEntries(most)
                        .setStartingToken(token)
                        .build());
    }

    private static List<String> ids(ListVolumesResponse page) {
        return page.getEntriesList().stream()
                .map(entry -> entry.getVolume().getVolumeId())
                .toList();
    }

    @Test
    void lists_volumes_in_a_stable_order_page_by_page() {
        List<String> expected = IntStream.range(0, 7)
                .mapToObj(i -> created(Requests.create("v" + i)).getVolumeId())
                .sorted()
                .toList();
        assertThat(ids(list(0, ""))).isEqualTo(expected);
        assertThat(ids(list(7, ""))).isEqualTo(expected);
        assertThat(list(7, "").getNextToken()).isEmpty();
        List<String> paged = new ArrayList<>();
        String token = "";
        do {
            ListVolumesResponse page = list(3, token);
            assertThat(page.getEntriesCount()).isLessThanOrEqualTo(3);
            paged.addAll(ids(page));
            token = page.getNextToken();
        } while (!token.isEmpty());
        assertThat(paged).isEqualTo(expected);
    }

    @Test
    void paging_survives_changes_in_between() {
        for (int i = 0; i < 4; i++) {
            created(Requests.create("b" + i));
        }
        ListVolumesResponse first = list(2, "");
        csi.controller().deleteVolume(Requests.delete(first.getNextToken()));
        csi.controller().deleteVolume(Requests.delete(ids(list(0, "")).getFirst()));
        created(Requests.create("a-new"));
        created(Requests.create("z-new"));
        List<String> rest = ids(list(0, first.getNextToken()));
        assertThat(rest).hasSize(3).doesNotContainAnyElementsOf(ids(first));
        assertThat(rest).contains(VolumeId.ofName("z-new").value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid-token", "1", "../"})
    void refuses_tokens_it_has_not_issued(String token) {
        assertRefused(Code.ABORTED, () -> list(1, token)).contains("starting_token");
        assertRefused(
                Code.ABORTED,
                () -> csi.controller()
                        .controllerListVolumeHealth(ControllerListVolumeHealthRequest.newBuilder()
                                .setStartingToken(token)
                                .build()));
        assertRefused(Code.INVALID_ARGUMENT, () -> list(-1, "")).contains("max_entries");
    }

    @Test
    void lists_where_volumes_are_used_and_inline_volumes_by_their_handle() {
        String id = created(Requests.create("a")).getVolumeId();
        csi.nodeService().nodeStageVolume(Requests.stage(id).build());
        csi.nodeService()
                .nodePublishVolume(Requests.publishInline("csi-1")
                        .setTargetPath("/kubelet/i")
                        .build());
        created(Requests.create("unused"));
        assertThat(list(0, "").getEntriesList())
                .filteredOn(
                        entry -> !entry.getStatus().getPublishedNodeIdsList().isEmpty())
                .extracting(entry -> entry.getVolume().getVolumeId())
                .containsExactlyInAnyOrder(id, "csi-1");
    }

    @Test
    void shows_one_volume() {
        Volume volume = created(Requests.create("a"));
        var request = ControllerGetVolumeRequest.newBuilder()
                .setVolumeId(volume.getVolumeId())
                .build();
        assertThat(csi.controller().controllerGetVolume(request).getVolume()).isEqualTo(volume);
        assertThat(csi.controller().controllerGetVolume(request).getStatus().getPublishedNodeIdsList())
                .isEmpty();
        var unknown =
                ControllerGetVolumeRequest.newBuilder().setVolumeId("nobody").build();
        assertRefused(Code.NOT_FOUND, () -> csi.controller().controllerGetVolume(unknown));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> csi.controller().controllerGetVolume(ControllerGetVolumeRequest.getDefaultInstance()));
    }

    private ValidateVolumeCapabilitiesRequest.Builder validate(String id) {
        return ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId(id).addVolumeCapabilities(Requests.mount());
    }

    private String objection(ValidateVolumeCapabilitiesRequest.Builder request) {
        var answer = csi.controller().validateVolumeCapabilities(request.build());
        assertThat(answer.hasConfirmed()).isEqualTo(answer.getMessage().isEmpty());
        return answer.getMessage();
    }

    @Test
    void confirms_what_a_volume_offers() {
        String id = created(Requests.create("a")).getVolumeId();
        var request = validate(id)
                .addVolumeCapabilities(Requests.mount("ext4"))
                .putVolumeContext("usage", "AppDirect")
                .putParameters("usage", "AppDirect");
        var confirmed =
                csi.controller().validateVolumeCapabilities(request.build()).getConfirmed();
        assertThat(confirmed.getVolumeCapabilitiesList()).isEqualTo(request.getVolumeCapabilitiesList());
        assertThat(confirmed.getVolumeContextMap()).isEqualTo(Map.of("usage", "AppDirect"));
        assertThat(confirmed.getParametersMap()).isEqualTo(Map.of("usage", "AppDirect"));
    }

    @Test
    void confirms_only_what_it_has_compared() {
        Volume volume = created(Requests.create("a").putParameters("eraseafter", "false"));
        var request = validate(volume.getVolumeId())
                .putAllVolumeContext(volume.getVolumeContextMap())
                .putVolumeContext("storage.kubernetes.io/csiProvisionerIdentity", "x")
                .putParameters("eraseAfter", "0")
                .putParameters("csi.storage.k8s.io/fstype", "ext4")
                .putParameters("csi.storage.k8s.io/pvc/name", "mine");
        var confirmed =
                csi.controller().validateVolumeCapabilities(request.build()).getConfirmed();
        assertThat(confirmed.getVolumeContextMap()).isEqualTo(volume.getVolumeContextMap());
        assertThat(confirmed.getParametersMap())
                .isEqualTo(Map.of("eraseAfter", "0", "csi.storage.k8s.io/fstype", "ext4"));
    }

    @ParameterizedTest
    @CsvSource({"usage, FileIO", "eraseafter, false", "daxPolicy, never", "csi.storage.k8s.io/fstype, xfs"})
    void says_which_parameter_is_not_the_volumes(String key, String value) {
        String id = created(Requests.create("a")).getVolumeId();
        assertThat(objection(validate(id).putParameters(key, value))).contains("parameters[" + key + "]", value);
    }

    @ParameterizedTest
    @CsvSource({"usage, FileIO", "eraseafter, 1", "what, ever"})
    void says_which_context_it_has_not_handed_out(String key, String value) {
        String id = created(Requests.create("a")).getVolumeId();
        assertThat(objection(validate(id).putVolumeContext(key, value)))
                .contains("volume_context", key + "=" + value, "usage=AppDirect");
    }

    @Test
    void says_what_a_volume_does_not_offer() {
        String id = created(Requests.create("a")).getVolumeId();
        String raw = created(Requests.create("b").setVolumeCapabilities(0, Requests.block()))
                .getVolumeId();
        assertThat(objection(validate(id).addVolumeCapabilities(Requests.block())))
                .contains("MOUNT", "BLOCK");
        assertThat(objection(validate(raw))).contains("BLOCK");
        assertThat(objection(validate(id).addVolumeCapabilities(Requests.mount("xfs"))))
                .contains("ext4");
        assertThat(objection(validate(id).addVolumeCapabilities(Requests.mount(Mode.MULTI_NODE_MULTI_WRITER))))
                .contains("MULTI_NODE_MULTI_WRITER");
        assertThat(objection(validate(id).putParameters("what", "ever"))).contains("what");
        assertThat(objection(validate(id).putMutableParameters("what", "ever"))).contains("mutable_parameters");
    }

    @Test
    void validation_needs_a_volume_and_capabilities() {
        String id = created(Requests.create("a")).getVolumeId();
        csi.nodeService().nodePublishVolume(Requests.publishInline("csi-1").build());
        assertRefused(Code.INVALID_ARGUMENT, () -> objection(validate(id).clearVolumeCapabilities()));
        assertRefused(Code.INVALID_ARGUMENT, () -> objection(validate("")));
        assertRefused(Code.NOT_FOUND, () -> objection(validate("nobody")));
        assertRefused(
                Code.NOT_FOUND, () -> objection(validate(VolumeId.ofName("no").value())));
        assertRefused(
                Code.NOT_FOUND,
                () -> objection(validate(VolumeId.ofInlineHandle("csi-1").value())));
    }

    private List<VolumeHealthEntry> health(String id) {
        var request =
                ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(id).build();
        return csi.controller()
                .controllerGetVolumeHealth(request)
                .getVolumeHealth()
                .getHealthStatusesList();
    }

    @Test
    void reports_the_health_of_volumes() {
        String well = created(Requests.create("a")).getVolumeId();
        String lost = created(Requests.create("b")).getVolumeId();
        csi.node().devices().quarantine(new VolumeId(lost));
        csi.node().devices().remove(new VolumeId(lost));
        assertThat(health(well)).isEmpty();
        assertThat(health(lost)).singleElement().satisfies(entry -> {
            assertThat(entry.getStatus()).isEqualTo(VolumeHealthErrorType.DATA_LOSS);
            assertThat(entry.getReason()).isEqualTo("DeviceLost");
            assertThat(entry.getMessage()).contains(lost);
        });
        var all = csi.controller().controllerListVolumeHealth(ControllerListVolumeHealthRequest.getDefaultInstance());
        assertThat(all.getEntriesList()).hasSize(1);
        assertThat(all.getEntries(0).getVolumeId()).isEqualTo(lost);
        assertThat(all.getNextToken()).isEmpty();
        assertRefused(Code.NOT_FOUND, () -> health("nobody"));
        assertRefused(Code.INVALID_ARGUMENT, () -> health(""));
    }

    @Test
    void a_device_that_cannot_be_looked_at_is_inaccessible() {
        String id = created(Requests.create("a")).getVolumeId();
        csi.node().faults().fail("devices.find");
        assertThat(health(id))
                .extracting(VolumeHealthEntry::getStatus)
                .containsExactly(VolumeHealthErrorType.INACCESSIBLE);
    }

    @Test
    void volumes_that_are_not_persistent_memory_say_so() {
        var emulated = new DeviceTraits("emulated", false, true, true, Optional.of("not persistent memory"));
        try (InProcessCsi other = InProcessCsi.start(TestNode.Setup.DEFAULT.withTraits(emulated))) {
            other.controller().createVolume(Requests.create("a").build());
            var entries = other.controller()
                    .controllerListVolumeHealth(ControllerListVolumeHealthRequest.getDefaultInstance())
                    .getEntriesList();
            assertThat(entries)
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getHealthStatusesList())
                            .extracting(VolumeHealthEntry::getMessage)
                            .containsExactly("not persistent memory"));
        }
    }
}
