// SPDX-License-Identifier: Apache-2.0

// Manifests checks what lies in deploy/: it renders every kustomization, decodes every object strictly against the API types of
// Kubernetes, evaluates the pods with the policies of Pod Security admission, and compares all with what was reviewed before.
//
//	manifests [-update] [-help-dir DIR] DEPLOY OVERLAYS RENDERED
//
// OVERLAYS has kustomizations like those that users write on top. RENDERED has one file per kustomization; -update writes them anew. DIR has node.txt and prepare.txt, the help of these
// subcommands: each flag in the manifests must be in there.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// driverImage is the image whose arguments are checked.
const driverImage = "pmem-csi-driver"

type checker struct {
	codec     runtime.Decoder
	evaluator policy.Evaluator
	helpDir   string
	problems  []string
}

func (c *checker) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func main() {
	update := flag.Bool("update", false, "write the rendered files anew")
	helpDir := flag.String("help-dir", "", "where the help of the driver's subcommands lies")
	flag.Parse()
	if flag.NArg() != 3 {
		fmt.Fprintln(os.Stderr, "usage: manifests [-update] [-help-dir DIR] DEPLOY OVERLAYS RENDERED")
		os.Exit(2)
	}
	c, err := newChecker(*helpDir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "manifests:", err)
		os.Exit(1)
	}
	objects := c.all(flag.Arg(0), flag.Arg(1), flag.Arg(2), *update)
	if len(c.problems) > 0 {
		fmt.Fprintln(os.Stderr, strings.Join(c.problems, "\n"))
		fmt.Fprintf(os.Stderr, "manifests: %d problems\n", len(c.problems))
		os.Exit(1)
	}
	fmt.Printf("manifests: %d objects are as they should be\n", objects)
}

func newChecker(helpDir string) (*checker, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, rbacv1.AddToScheme, storagev1.AddToScheme, admissionv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	return &checker{codec: codecs.UniversalDeserializer(), evaluator: evaluator, helpDir: helpDir}, nil
}

// all checks the kustomizations and the plain files; returns how many objects there were.
func (c *checker) all(deploy, overlays, rendered string, update bool) int {
	count := 0
	kustomizations, plain := find(deploy, overlays)
	if len(kustomizations) == 0 || len(plain) == 0 {
		c.problem("%s: no kustomizations or no plain files there", deploy)
	}
	reviewed := map[string]bool{}
	for _, dir := range kustomizations {
		name := filepath.Base(filepath.Dir(dir)) + "-" + filepath.Base(dir) + ".yaml"
		reviewed[name] = true
		text, err := render(dir)
		if err != nil {
			c.problem("%s: %v", dir, err)
			continue
		}
		c.compare(filepath.Join(rendered, name), text, update)
		count += c.objects(dir, text)
	}
	for _, file := range plain {
		text, err := os.ReadFile(file)
		if err != nil {
			c.problem("%v", err)
			continue
		}
		count += c.objects(file, text)
	}
	files, _ := filepath.Glob(filepath.Join(rendered, "*.yaml"))
	for _, file := range files {
		if !reviewed[filepath.Base(file)] {
			c.problem("%s: there is no such kustomization any more", file)
		}
	}
	return count
}

// find returns the folders that can be rendered on their own, and the files outside of kustomizations.
func find(deploy, overlays string) (kustomizations, plain []string) {
	files, _ := filepath.Glob(filepath.Join(deploy, "kustomize", "*", "*", "kustomization.yaml"))
	over, _ := filepath.Glob(filepath.Join(overlays, "*", "kustomization.yaml"))
	files = append(append(files, over...), filepath.Join(deploy, "common", "kustomization.yaml"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && !bytes.Contains(text, []byte("kind: Component")) {
			kustomizations = append(kustomizations, filepath.Dir(file))
		}
	}
	plain, _ = filepath.Glob(filepath.Join(deploy, "common", "pmem-*.yaml"))
	sort.Strings(kustomizations)
	sort.Strings(plain)
	return kustomizations, plain
}

func render(dir string) ([]byte, error) {
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy // as kubectl does
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, err
	}
	return resources.AsYaml()
}

func (c *checker) compare(file string, text []byte, update bool) {
	if update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			c.problem("%v", err)
		}
		return
	}
	before, err := os.ReadFile(file)
	if err != nil {
		c.problem("%v: 'make manifests' writes it", err)
	} else if !bytes.Equal(before, text) {
		c.problem("%s: the kustomization renders something else now: 'make manifests', and look at the difference", file)
	}
}

// objects decodes and checks each object of a stream.
func (c *checker) objects(where string, text []byte) int {
	count := 0
	documents := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return count
		}
		if err != nil {
			c.problem("%s: %v", where, err)
			return count
		}
		object, kind, err := c.codec.Decode(document, nil, nil)
		if err != nil {
			c.problem("%s: %v", where, err)
			continue
		}
		count++
		c.object(where+": "+kind.Kind, object)
	}
}

func (c *checker) object(where string, object runtime.Object) {
	switch o := object.(type) {
	case *appsv1.Deployment:
		c.restricted(where, o.Spec.Template)
	case *appsv1.StatefulSet:
		c.restricted(where, o.Spec.Template)
	case *corev1.Pod:
		c.restricted(where, corev1.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec})
	case *appsv1.DaemonSet:
		c.driver(where, o.Spec.Template.Spec)
	case *rbacv1.ClusterRole:
		c.rules(where+" "+o.Name, o.Rules)
	case *rbacv1.Role:
		c.rules(where+" "+o.Name, o.Rules)
	}
}

// restricted applies the policies that a namespace with the label pod-security.kubernetes.io/enforce=restricted enforces.
func (c *checker) restricted(where string, pod corev1.PodTemplateSpec) {
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(c.evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec))
	if !result.Allowed {
		c.problem("%s: Pod Security restricted forbids: %s", where, result.ForbiddenDetail())
	}
}

// driver checks what a pod with privileged containers must not have.
func (c *checker) driver(where string, pod corev1.PodSpec) {
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		c.problem("%s: all containers get a token", where)
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC {
		c.problem("%s: uses a namespace of the host", where)
	}
	for _, container := range append(append([]corev1.Container{}, pod.InitContainers...), pod.Containers...) {
		context := container.SecurityContext
		if context == nil || context.ReadOnlyRootFilesystem == nil || !*context.ReadOnlyRootFilesystem {
			c.problem("%s: %s can write to its root file system", where, container.Name)
		}
		if strings.Contains(container.Image, driverImage+":") {
			c.driverContainer(where+" "+container.Name, container)
		} else if context != nil && context.Privileged != nil && *context.Privileged {
			c.problem("%s: %s is privileged", where, container.Name)
		}
	}
}

func (c *checker) driverContainer(where string, container corev1.Container) {
	for _, mount := range container.VolumeMounts {
		if strings.HasPrefix(mount.MountPath, "/var/run/secrets") {
			c.problem("%s: has a token", where)
		}
	}
	if c.helpDir == "" || len(container.Args) == 0 {
		return
	}
	help, err := os.ReadFile(filepath.Join(c.helpDir, container.Args[0]+".txt"))
	if err != nil {
		c.problem("%s: %v", where, err)
		return
	}
	for _, arg := range container.Args[1:] {
		name := strings.SplitN(arg, "=", 2)[0]
		if !regexp.MustCompile(`(^|[\s,\[])` + regexp.QuoteMeta(name) + `([=\s,\]]|$)`).Match(help) {
			c.problem("%s: pmem-csi %s has no flag %s", where, container.Args[0], name)
		}
	}
}

// rules: nothing may be granted wholesale, and no secrets.
func (c *checker) rules(where string, rules []rbacv1.PolicyRule) {
	for _, rule := range rules {
		for _, word := range append(append(append([]string{}, rule.APIGroups...), rule.Resources...), rule.Verbs...) {
			if word == "*" || word == "secrets" || word == "escalate" || word == "bind" || word == "impersonate" {
				c.problem("%s: grants %q", where, word)
			}
		}
	}
}
