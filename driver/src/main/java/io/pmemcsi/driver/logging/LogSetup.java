// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.pmemcsi.driver.config.LogSettings;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** Sets up logging for this process. */
public final class LogSetup {
    /** Line breaks inside a message, which may come from a request, do not start a line that looks like another event. */
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: "
            + "%replace(%replace(%msg %kvp %mdc){'[\\r\\n]+', ' | '}){' +$', ''}%n";

    private LogSetup() {}

    /** Writes the log to {@code out} from now on, whatever was set up before. */
    public static void apply(LogSettings settings, OutputStream out) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            configure(context, settings, out);
        }
        forwardJavaLogging();
    }

    static void configure(LoggerContext context, LogSettings settings, OutputStream out) {
        Encoder<ILoggingEvent> encoder = switch (settings.format()) {
            case TEXT -> text(context);
            case JSON -> json(context);
        };
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setName("log");
        appender.setEncoder(encoder);
        appender.setOutputStream(new Unclosed(out));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("io.pmemcsi").setLevel(level(settings));
        // Every accepted connection brings the warning "Unknown channel option 'SO_KEEPALIVE'", which means nothing.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
        context.getLogger("io.grpc.netty").setLevel(Level.ERROR);
    }

    /** Stopping an appender closes its stream; the standard streams belong to the whole process. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private static Level level(LogSettings settings) {
        return switch (settings.level()) {
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
        };
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LINE);
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }

    /** gRPC uses the logging of the JDK. */
    private static void forwardJavaLogging() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger.getLogger("").addHandler(new JavaLogging());
    }
}
