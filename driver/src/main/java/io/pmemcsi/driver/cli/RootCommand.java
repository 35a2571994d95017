// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import picocli.CommandLine.Command;

/** {@code pmem-csi}: shows the way to the commands. Without one, picocli reports wrong usage. */
@Command(
        name = "pmem-csi",
        description = "CSI driver for persistent memory.",
        versionProvider = VersionCommand.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed; the reason is on the standard error stream", "2:wrong usage"})
final class RootCommand {}
