// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.state.VolumeStore;

/** What the use cases work on. */
public record Ports(VolumeStore store, DeviceManager devices, Mounter mounter, FileSystems fileSystems) {}
