// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** What the driver logs, on all levels, until this is closed. */
final class LogCapture implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.pmemcsi");
    private final Level before = logger.getLevel();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    private LogCapture() {}

    static LogCapture start() {
        LogCapture capture = new LogCapture();
        capture.events.start();
        capture.logger.addAppender(capture.events);
        capture.logger.setLevel(Level.TRACE);
        return capture;
    }

    List<ILoggingEvent> events() {
        return List.copyOf(events.list);
    }

    List<ILoggingEvent> events(Level level) {
        return events().stream().filter(event -> event.getLevel() == level).toList();
    }

    /** Everything that an appender could write. */
    String text() {
        return String.join("\n", events().stream().map(LogCapture::text).toList());
    }

    private static String text(ILoggingEvent event) {
        String cause = Optional.ofNullable(event.getThrowableProxy())
                .map(ThrowableProxyUtil::asString)
                .orElse("");
        return event.getFormattedMessage() + event.getKeyValuePairs() + event.getMDCPropertyMap() + cause;
    }

    @Override
    public void close() {
        logger.detachAppender(events);
        logger.setLevel(before);
    }
}
