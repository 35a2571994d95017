// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.driver.config.ConfigException;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says what went wrong: one line for everything that is expected to happen, a stack trace only for a bug. */
final class Failures {
    private Failures() {}

    static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        say(command, message(problem));
        say(command, "Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    static int failed(Exception problem, CommandLine command, ParseResult parsed) {
        int code = said(problem, command);
        for (Throwable more : problem.getSuppressed()) {
            say(command, "what was done before could not be taken back: " + more.getMessage());
        }
        return code;
    }

    private static int said(Exception problem, CommandLine command) {
        return switch (problem) {
            case ConfigException wrong -> {
                wrong.problems().forEach(text -> say(command, text));
                yield ExitCode.USAGE;
            }
            case CommandFailure known -> said(command, message(known));
            case StorageException known -> said(command, known.text());
            case StatusRuntimeException answer -> said(command, text(answer.getStatus()));
            case IOException io -> said(command, text(io));
            default -> {
                problem.printStackTrace(command.getErr());
                yield said(command, "this is a bug in pmem-csi: " + problem);
            }
        };
    }

    /** {@code CODE: message}, on one line. */
    static String text(Status status) {
        String description = status.getDescription();
        return status.getCode() + (description == null ? "" : ": " + oneLine(description));
    }

    /** The messages of these exceptions often are nothing but a path. */
    private static String text(IOException problem) {
        String name = problem.getClass().getSimpleName().replace("Exception", "");
        return problem instanceof FileSystemException file && file.getReason() == null
                ? name + ": " + file.getMessage()
                : message(problem);
    }

    private static String message(Exception problem) {
        return String.valueOf(problem.getMessage());
    }

    private static int said(CommandLine command, String text) {
        say(command, text);
        return ExitCode.SOFTWARE;
    }

    private static void say(CommandLine command, String text) {
        PrintWriter err = command.getErr();
        err.println(text);
        err.flush();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }
}
