// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import picocli.CommandLine.Command;

/** {@code pmem-csi volumes}: shows the way to its subcommands. */
@Command(
        name = "volumes",
        description = "Work with volumes by hand, through the socket of a running driver.",
        footer = {
            "",
            "On a cluster node Kubernetes does all of this; do not change volumes that it uses.",
            "Example:",
            "  id=$(pmem-csi volumes create cache --size 64Mi -q)",
            "  pmem-csi volumes publish \"$id\" --target /var/lib/kubelet/pods/demo/mount",
            "  pmem-csi volumes unpublish \"$id\" --target /var/lib/kubelet/pods/demo/mount",
            "  pmem-csi volumes delete \"$id\""
        },
        synopsisSubcommandLabel = "COMMAND")
final class VolumesCommand {}
