// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.Topology;

/**
 * Who this driver instance is.
 *
 * @param driverName the CSI driver name
 * @param version the version of this build
 * @param nodeId the name of the node
 * @param expandable whether volumes can grow; where they cannot, growing is not offered
 */
public record NodeIdentity(String driverName, String version, String nodeId, boolean expandable) {
    /** The topology segment of this node. */
    Topology topology() {
        return Topology.newBuilder().putSegments(topologyKey(), nodeId).build();
    }

    String topologyKey() {
        return driverName + "/node";
    }
}
