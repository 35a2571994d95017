// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pmemcsi.driver.config.LogSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LogSetupTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter callContext = new LogbackMDCAdapter();

    @BeforeEach
    void give_the_context_its_call_context() {
        context.setMDCAdapter(callContext);
    }

    @Test
    void writes_one_readable_line_per_event() {
        Logger log = log(LogSettings.Format.TEXT, LogSettings.Level.INFO);
        callContext.put("rpc", "CreateVolume");
        log.atInfo().addKeyValue("size", "64Mi").log("created");
        assertThat(written())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  Sample: created size=\"64Mi\" rpc=CreateVolume\n");
    }

    @Test
    void lets_no_message_look_like_two_events() {
        log(LogSettings.Format.TEXT, LogSettings.Level.INFO)
                .atWarn()
                .addKeyValue("error", "a\r\nb")
                .log("x\n2026 INFO forged");
        assertThat(written()).containsOnlyOnce("\n").endsWith("Sample: x | 2026 INFO forged error=\"a | b\"\n");
    }

    @Test
    void writes_json_with_context_and_key_values() {
        Logger log = log(LogSettings.Format.JSON, LogSettings.Level.INFO);
        callContext.put("volume", "v-1");
        log.atInfo().addKeyValue("size", "64Mi").log("quoted \"and\" {}\n", "broken");
        assertThat(written()).containsOnlyOnce("\n").endsWith("}\n");
        JsonObject event = JsonParser.parseString(written()).getAsJsonObject();
        assertThat(event.get("level").getAsString()).isEqualTo("INFO");
        assertThat(event.get("formattedMessage").getAsString()).isEqualTo("quoted \"and\" broken\n");
        assertThat(event.getAsJsonObject("mdc").get("volume").getAsString()).isEqualTo("v-1");
        assertThat(event.get("kvpList")).hasToString("[{\"size\":\"64Mi\"}]");
    }

    @Test
    void writes_details_only_at_level_debug() {
        log(LogSettings.Format.TEXT, LogSettings.Level.INFO).debug("detail");
        assertThat(written()).isEmpty();
        log(LogSettings.Format.TEXT, LogSettings.Level.DEBUG).debug("detail");
        assertThat(written()).contains("DEBUG Sample: detail");
    }

    @Test
    void silences_the_transport() {
        LogSetup.configure(context, settings(LogSettings.Format.TEXT, LogSettings.Level.DEBUG), out);
        context.getLogger("io.netty.bootstrap.ServerBootstrap").warn("Unknown channel option");
        context.getLogger("io.grpc.netty.NettyServerHandler").warn("stream error");
        context.getLogger("io.netty.channel").info("chatty");
        assertThat(written()).isEmpty();
    }

    @Test
    void keeps_the_stream_open_when_logging_is_set_up_anew() {
        ByteArrayOutputStream strict = new ByteArrayOutputStream() {
            @Override
            public void close() {
                throw new IllegalStateException("closed");
            }
        };
        LogSetup.configure(context, settings(LogSettings.Format.TEXT, LogSettings.Level.INFO), strict);
        context.reset();
        assertThat(context.getStatusManager().getCopyOfStatusList()).noneMatch(s -> s.getThrowable() != null);
    }

    private Logger log(LogSettings.Format format, LogSettings.Level level) {
        context.reset();
        LogSetup.configure(context, settings(format, level), out);
        return context.getLogger("io.pmemcsi.driver.Sample");
    }

    private static LogSettings settings(LogSettings.Format format, LogSettings.Level level) {
        return new LogSettings(format, level);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
