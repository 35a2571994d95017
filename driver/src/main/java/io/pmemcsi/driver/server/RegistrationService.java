// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import io.grpc.stub.StreamObserver;
import pluginregistration.v1.InfoRequest;
import pluginregistration.v1.PluginInfo;
import pluginregistration.v1.RegistrationGrpc;
import pluginregistration.v1.RegistrationStatus;
import pluginregistration.v1.RegistrationStatusResponse;

/** Answers the kubelet's questions about this plugin and passes on what it says. */
final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {
    /** The versions of CSI in the kubelet's sense: only the major number decides. */
    private static final String CSI_VERSION = "1.0.0";

    private final PluginRegistration.Plugin plugin;
    private final Outcome outcome;

    RegistrationService(PluginRegistration.Plugin plugin, Outcome outcome) {
        this.plugin = plugin;
        this.outcome = outcome;
    }

    /** Hears whether the kubelet has accepted the plugin. */
    interface Outcome {
        void heard(boolean registered, String error);
    }

    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> reply) {
        reply.onNext(PluginInfo.newBuilder()
                .setType("CSIPlugin")
                .setName(plugin.driverName())
                .setEndpoint(plugin.csiSocket().toString())
                .addSupportedVersions(CSI_VERSION)
                .build());
        reply.onCompleted();
    }

    @Override
    public void notifyRegistrationStatus(RegistrationStatus request, StreamObserver<RegistrationStatusResponse> reply) {
        outcome.heard(request.getPluginRegistered(), request.getError());
        reply.onNext(RegistrationStatusResponse.getDefaultInstance());
        reply.onCompleted();
    }
}
