// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import com.google.protobuf.BoolValue;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc;
import csi.v1.PluginCapability;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.stub.StreamObserver;

/** The CSI Identity service. Takes no lock and touches no device, so that it answers while everything else is busy. */
public final class IdentityService extends IdentityGrpc.IdentityImplBase {
    private final NodeIdentity identity;

    public IdentityService(NodeIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void getPluginInfo(GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> reply) {
        Replies.answer(
                reply,
                GetPluginInfoResponse.newBuilder()
                        .setName(identity.driverName())
                        .setVendorVersion(identity.version())
                        .build());
    }

    @Override
    public void getPluginCapabilities(
            GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> reply) {
        var capabilities = GetPluginCapabilitiesResponse.newBuilder()
                .addCapabilities(service(PluginCapability.Service.Type.CONTROLLER_SERVICE))
                .addCapabilities(service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS));
        if (identity.expandable()) {
            capabilities.addCapabilities(PluginCapability.newBuilder()
                    .setVolumeExpansion(PluginCapability.VolumeExpansion.newBuilder()
                            .setType(PluginCapability.VolumeExpansion.Type.ONLINE)));
        }
        Replies.answer(reply, capabilities.build());
    }

    private static PluginCapability service(PluginCapability.Service.Type type) {
        return PluginCapability.newBuilder()
                .setService(PluginCapability.Service.newBuilder().setType(type))
                .build();
    }

    /** The socket is made when the driver has finished its start: whoever can ask is told that it is ready. */
    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> reply) {
        Replies.answer(
                reply, ProbeResponse.newBuilder().setReady(BoolValue.of(true)).build());
    }
}
