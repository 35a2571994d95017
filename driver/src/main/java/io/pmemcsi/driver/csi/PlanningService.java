// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.CreateVolumeRequest;
import io.grpc.stub.StreamObserver;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.volume.Planning;
import io.pmemcsi.driver.volume.VolumePlan;
import pmemcsi.v1.PlannedVolume;
import pmemcsi.v1.PlanningGrpc;

/** What CreateVolume would make: not a part of CSI, and for this driver's own command line. */
public final class PlanningService extends PlanningGrpc.PlanningImplBase {
    private final ControllerRequests requests;
    private final Planning planning;

    public PlanningService(NodeIdentity node, Planning planning) {
        this.requests = new ControllerRequests(node);
        this.planning = planning;
    }

    @Override
    public void planVolume(CreateVolumeRequest request, StreamObserver<PlannedVolume> reply) {
        var wish = requests.wish(request);
        requests.checkTopology(request.hasAccessibilityRequirements(), request.getAccessibilityRequirements());
        Replies.answer(reply, reply(planning.plan(ControllerRequests.size(request.getCapacityRange()), wish)));
    }

    private static PlannedVolume reply(VolumePlan plan) {
        var reply = PlannedVolume.newBuilder()
                .setDeviceMode(plan.mode())
                .setUsage(plan.traits().usage().parameter())
                .setMinimumBytes(plan.minimum().bytes())
                .setStepBytes(plan.sizes().step().bytes())
                .setTakenBytes(plan.sizes().taken().bytes())
                .setDeviceBytes(plan.sizes().device().bytes())
                .setUsableBytes(plan.usable().bytes())
                .setLargestBytes(plan.sizes().largest().bytes());
        if (plan.traits().access() == AccessType.MOUNT) {
            reply.setFsType(plan.traits().fsType().kernelName());
        }
        return reply.build();
    }
}
