// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.pmemcsi.driver.config.LogSettings;

/**
 * What logback finds (as a service) at its first use: warnings and our own events as text on the standard error stream,
 * and no search for configuration files.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LogSetup.configure(context, new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO), System.err);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
