// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.logging;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Passes on what libraries log through the JDK. */
final class JavaLogging extends Handler {
    private final SimpleFormatter texts = new SimpleFormatter();

    @Override
    public void publish(LogRecord event) {
        String name = event.getLoggerName();
        LoggingEventBuilder line =
                LoggerFactory.getLogger(name == null ? "java" : name).atLevel(level(event));
        Throwable cause = event.getThrown();
        if (cause != null) {
            line = line.setCause(cause);
        }
        line.log(texts.formatMessage(event));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private static Level level(LogRecord event) {
        int value = event.getLevel().intValue();
        if (value >= java.util.logging.Level.SEVERE.intValue()) {
            return Level.ERROR;
        }
        if (value >= java.util.logging.Level.WARNING.intValue()) {
            return Level.WARN;
        }
        return value >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
    }
}
