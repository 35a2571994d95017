// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a serialized description of files back into linked descriptors. */
final class DescriptorSets {
    private DescriptorSets() {}

    /**
     * Links the files of {@code set}, in which imports come before their users.
     *
     * @throws IllegalArgumentException if a file is invalid or an import is not there
     */
    static List<FileDescriptor> link(FileDescriptorSet set) {
        var linked = new LinkedHashMap<String, FileDescriptor>();
        for (FileDescriptorProto file : set.getFileList()) {
            linked.put(file.getName(), link(file, linked));
        }
        return List.copyOf(linked.values());
    }

    private static FileDescriptor link(FileDescriptorProto file, Map<String, FileDescriptor> linked) {
        FileDescriptor[] imports = file.getDependencyList().stream()
                .map(name -> Optional.ofNullable(linked.get(name))
                        .orElseThrow(() -> new IllegalArgumentException(file.getName() + " lacks its import " + name)))
                .toArray(FileDescriptor[]::new);
        try {
            return FileDescriptor.buildFrom(file, imports);
        } catch (DescriptorValidationException e) {
            throw new IllegalArgumentException(file.getName() + " is invalid", e);
        }
    }
}
