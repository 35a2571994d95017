// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeServiceCapability;
import csi.v1.PluginCapability;
import csi.v1.ProbeRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.volume.TestNode;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IdentityServiceTest {
    private final InProcessCsi csi = InProcessCsi.start();

    @AfterEach
    void stop() {
        csi.close();
    }

    @Test
    void says_who_it_is() {
        var info = csi.identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
        assertThat(info.getName()).isEqualTo("pmem-csi.example.org");
        assertThat(info.getVendorVersion()).isEqualTo("1.2.3");
    }

    @Test
    void says_what_it_can() {
        var capabilities = csi.identity()
                .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList();
        assertThat(capabilities)
                .extracting(capability -> capability.getService().getType())
                .contains(
                        PluginCapability.Service.Type.CONTROLLER_SERVICE,
                        PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
        assertThat(capabilities)
                .extracting(capability -> capability.getVolumeExpansion().getType())
                .contains(PluginCapability.VolumeExpansion.Type.ONLINE);
    }

    @Test
    void is_ready_when_it_answers() {
        assertThat(csi.identity()
                        .probe(ProbeRequest.getDefaultInstance())
                        .getReady()
                        .getValue())
                .isTrue();
    }

    @Test
    void growing_is_not_offered_where_volumes_cannot_grow() {
        DeviceTraits fixed = new DeviceTraits("fixed", true, false, true, Optional.empty());
        try (InProcessCsi other = InProcessCsi.start(TestNode.Setup.DEFAULT.withTraits(fixed))) {
            assertThat(other.identity()
                            .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                            .getCapabilitiesList())
                    .noneMatch(PluginCapability::hasVolumeExpansion);
            assertThat(other.nodeService()
                            .nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
                            .getCapabilitiesList())
                    .extracting(capability -> capability.getRpc().getType())
                    .doesNotContain(NodeServiceCapability.RPC.Type.EXPAND_VOLUME)
                    .contains(NodeServiceCapability.RPC.Type.GET_VOLUME_STATS);
        }
    }
}
