// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that matters to the two ends of a connection, one line of facts per named element. Left out are the order of
 * declarations, comments, and what is said about whole files: their names and their options for single languages.
 */
final class ProtocolOutline {
    private final SortedMap<String, String> elements = new TreeMap<>();

    private ProtocolOutline() {}

    static ProtocolOutline of(Collection<FileDescriptor> files) {
        ProtocolOutline outline = new ProtocolOutline();
        files.forEach(outline::addFile);
        return outline;
    }

    int size() {
        return elements.size();
    }

    /** What has to be changed here to get {@code official}; one readable line per element, empty if nothing. */
    List<String> differencesTo(ProtocolOutline official) {
        var names = new TreeSet<>(elements.keySet());
        names.addAll(official.elements.keySet());
        var differences = new ArrayList<String>();
        for (String name : names) {
            String ours = elements.get(name);
            String theirs = official.elements.get(name);
            if (ours == null) {
                differences.add("missing " + name + ": " + theirs);
            } else if (theirs == null) {
                differences.add("not official " + name + ": " + ours);
            } else if (!ours.equals(theirs)) {
                differences.add("different " + name + ": [" + ours + "], official [" + theirs + "]");
            }
        }
        return differences;
    }

    private void addFile(FileDescriptor file) {
        file.getMessageTypes().forEach(this::addMessage);
        file.getEnumTypes().forEach(this::addEnum);
        file.getServices().forEach(this::addService);
        file.getExtensions().forEach(extension -> addField("extension", extension));
    }

    private void addMessage(Descriptor message) {
        DescriptorProto proto = message.toProto();
        add(
                "message",
                message,
                "syntax=" + message.getFile().toProto().getSyntax(),
                "reserved=" + reserved(proto),
                "extensible=" + text(proto.getExtensionRangeList()),
                "options=" + options(proto.getOptions()));
        message.getFields().forEach(field -> addField("field", field));
        message.getExtensions().forEach(extension -> addField("extension", extension));
        message.getOneofs().forEach(this::addOneof);
        message.getNestedTypes().forEach(this::addMessage);
        message.getEnumTypes().forEach(this::addEnum);
    }

    private void addField(String kind, FieldDescriptor field) {
        add(
                kind,
                field,
                "number=" + field.getNumber(),
                "type=" + field.getType(),
                "of=" + typeName(field),
                "label=" + field.toProto().getLabel(),
                "json=" + field.getJsonName(),
                "oneof=" + oneofName(field),
                "proto3_optional=" + field.toProto().getProto3Optional(),
                "default=" + field.toProto().getDefaultValue(),
                "extends=" + (field.isExtension() ? field.getContainingType().getFullName() : ""),
                "options=" + options(field.toProto().getOptions()));
    }

    private void addOneof(OneofDescriptor oneof) {
        add("oneof", oneof, "options=" + options(oneof.toProto().getOptions()));
    }

    private void addEnum(EnumDescriptor type) {
        EnumDescriptorProto proto = type.toProto();
        add("enum", type, "reserved=" + reserved(proto), "options=" + options(proto.getOptions()));
        type.getValues().forEach(this::addEnumValue);
    }

    private void addEnumValue(EnumValueDescriptor value) {
        add(
                "enum value",
                value,
                "number=" + value.getNumber(),
                "options=" + options(value.toProto().getOptions()));
    }

    private void addService(ServiceDescriptor service) {
        add("service", service, "options=" + options(service.toProto().getOptions()));
        service.getMethods().forEach(this::addMethod);
    }

    private void addMethod(MethodDescriptor method) {
        add(
                "method",
                method,
                "input=" + method.getInputType().getFullName(),
                "client_streaming=" + method.isClientStreaming(),
                "output=" + method.getOutputType().getFullName(),
                "server_streaming=" + method.isServerStreaming(),
                "options=" + options(method.toProto().getOptions()));
    }

    private void add(String kind, GenericDescriptor element, String... facts) {
        String name = kind + " " + element.getFullName();
        String known = elements.putIfAbsent(name, String.join(" ", facts));
        if (known != null) {
            throw new IllegalArgumentException("declared twice: " + name);
        }
    }

    private static String typeName(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> "";
        };
    }

    private static String oneofName(FieldDescriptor field) {
        OneofDescriptor oneof = field.getContainingOneof();
        return oneof == null ? "" : oneof.getName();
    }

    private static String reserved(DescriptorProto message) {
        return text(message.getReservedRangeList()) + message.getReservedNameList();
    }

    private static String reserved(EnumDescriptorProto type) {
        return text(type.getReservedRangeList()) + type.getReservedNameList();
    }

    private static String text(List<? extends Message> messages) {
        return messages.stream()
                .map(TextFormat.printer().emittingSingleLine(true)::printToString)
                .sorted()
                .toList()
                .toString();
    }

    /** By number, because one side may know the names of our own options and the other not. */
    private static String options(Message options) {
        try {
            UnknownFieldSet byNumber = UnknownFieldSet.parseFrom(options.toByteString());
            return "{" + TextFormat.printer().emittingSingleLine(true).printToString(byNumber) + "}";
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("options that cannot be read back", e);
        }
    }
}
