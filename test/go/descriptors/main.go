// SPDX-License-Identifier: Apache-2.0

// Command descriptors writes the official protocol definitions, as the Go
// packages of their projects carry them, to a file as a FileDescriptorSet.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	pluginregistration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: descriptors <output file>")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "descriptors:", err)
		os.Exit(1)
	}
}

// write replaces path in one step, so that readers never see half a file.
func write(path string) error {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(officialFiles())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	partial := path + ".partial"
	if err := os.WriteFile(partial, data, 0o644); err != nil {
		return err
	}
	return os.Rename(partial, path)
}

func officialFiles() *descriptorpb.FileDescriptorSet {
	files := &fileSet{known: map[string]bool{}}
	files.add((&csi.Volume{}).ProtoReflect().Descriptor().ParentFile())
	files.add((&pluginregistration.PluginInfo{}).ProtoReflect().Descriptor().ParentFile())
	return &files.set
}

type fileSet struct {
	set   descriptorpb.FileDescriptorSet
	known map[string]bool
}

// add appends file after everything it imports.
func (s *fileSet) add(file protoreflect.FileDescriptor) {
	if s.known[file.Path()] {
		return
	}
	s.known[file.Path()] = true
	imports := file.Imports()
	for i := range imports.Len() {
		s.add(imports.Get(i).FileDescriptor)
	}
	s.set.File = append(s.set.File, protodesc.ToFileDescriptorProto(file))
}
