// SPDX-License-Identifier: Apache-2.0
/**
 * Users' stories on a real Kubernetes: API server, scheduler, kubelet, containerd and external-provisioner, with the driver
 * installed from {@code deploy/}. Run by {@code make e2e}.
 */
@NullMarked
package io.pmemcsi.test.cluster;

import org.jspecify.annotations.NullMarked;
