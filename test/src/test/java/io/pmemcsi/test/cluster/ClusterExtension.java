// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Gives stories their cluster: one for all of them, because starting it takes minutes. The logs of a story that fails are kept.
 *
 * <p>A node that has ended by itself says why in the story's failure, and is started again for the next one. Where QEMU has failed
 * and not the node's kernel, the story is told once more from its beginning; that and the reason are printed.
 *
 * <p>The system property {@code pmemcsi.mode} is the driver's device mode: lvm, which is the default, direct or emulated.
 */
final class ClusterExtension implements ParameterResolver, InvocationInterceptor {
    private static final Namespace OURS = Namespace.create(ClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    private static Cluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .getOrComputeIfAbsent(Attempt.class, _ -> Attempt.make(), Attempt.class)
                .get();
    }

    /** The cluster, or why there is none: what has failed once, after minutes, is not tried again for each story. */
    private record Attempt(Optional<Cluster> cluster, Optional<AssertionError> failure) implements AutoCloseable {
        static Attempt make() {
            try {
                return new Attempt(
                        Optional.of(Cluster.start(System.getProperty("pmemcsi.mode", "lvm"))), Optional.empty());
            } catch (AssertionError e) {
                return new Attempt(Optional.empty(), Optional.of(e));
            }
        }

        Cluster get() {
            return cluster.orElseThrow(() -> new AssertionError("there is no cluster", failure.orElseThrow()));
        }

        @Override
        public void close() {
            cluster.ifPresent(Cluster::close);
        }
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        tell(invocation, method, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        tell(invocation, method, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        tell(invocation, method, context);
    }

    private static void tell(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            Cluster cluster = cluster(context);
            String story = context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName();
            cluster.logs(story);
            List<String> ended = cluster.endedNodes();
            if (ended.isEmpty()) {
                throw failure;
            }
            boolean ofEmulation = true;
            for (String node : ended) {
                String console = cluster.console(node);
                failure = new AssertionError(node + " ended by itself; the end of its console:\n" + console, failure);
                ofEmulation &= isFaultOfEmulation(console);
                // Before what may fail, too.
                System.out.println(story + ": " + failure.getMessage());
                cluster.powerOn(node);
            }
            if (!ofEmulation) {
                throw failure;
            }
            System.out.println(story + " is repeated: that was a fault of the emulation");
            cluster.awaitDriver();
            repeat(method);
        }
    }

    /** Either QEMU is gone, or it has run code of the kernel that was patched long ago ({@code boot} of test/vm/vm). */
    private static boolean isFaultOfEmulation(String console) {
        return !console.contains("Kernel panic") || console.contains("Oops: int3");
    }

    /** What prepares a story and what cleans up after it can be called again after half of it was done; a story begins anew. */
    private static void repeat(ReflectiveInvocationContext<Method> method) {
        Object story = method.getTarget().orElseThrow();
        Method interrupted = method.getExecutable();
        if (!interrupted.isAnnotationPresent(BeforeEach.class) && !interrupted.isAnnotationPresent(AfterEach.class)) {
            callAll(AfterEach.class, story);
            callAll(BeforeEach.class, story);
        }
        Object _ = ReflectionSupport.invokeMethod(
                interrupted, story, method.getArguments().toArray());
    }

    private static void callAll(Class<? extends Annotation> kind, Object story) {
        for (Method method :
                AnnotationSupport.findAnnotatedMethods(story.getClass(), kind, HierarchyTraversalMode.TOP_DOWN)) {
            Object _ = ReflectionSupport.invokeMethod(method, story);
        }
    }
}
