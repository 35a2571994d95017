// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which code may know which. The reasons are in the design document; the arrows point from the command line inward. */
final class ArchitectureTest {
    private static final String ROOT = "io.pmemcsi.driver";
    private static final String BINDINGS = "io.pmemcsi.bindings";
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pmemcsi");
    private static final JavaClasses DRIVER = ALL.that(resideInAPackage(ROOT + ".."));

    private static String in(String name) {
        return ROOT + "." + name;
    }

    @Test
    void sees_the_code() {
        assertThat(DRIVER).hasSizeGreaterThan(60);
        assertThat(ALL.stream().filter(resideInAPackage(BINDINGS + ".."))).hasSizeGreaterThan(20);
        assertThat(Stream.of("domain", "volume", "csi", "device", "mount", "state", "cli", "server")
                        .map(ArchitectureTest::in)
                        .filter(name -> !DRIVER.containPackage(name)))
                .isEmpty();
    }

    @Test
    void the_domain_knows_only_the_jdk() {
        assertDependsOnlyOn("domain", "java..", "org.jspecify..");
    }

    /** The packages themselves, without the adapters below them. */
    @ParameterizedTest
    @CsvSource({"device, domain", "state, domain", "mount, domain device", "volume, domain device mount state"})
    void ports_and_use_cases_know_only_what_lies_further_in(String name, String inner) {
        String[] allowed = Stream.concat(
                        Stream.of("java..", "org.jspecify..", "org.slf4j..", in(name)),
                        Stream.of(inner.split(" ")).map(ArchitectureTest::in))
                .toArray(String[]::new);
        assertDependsOnlyOn(name, allowed);
    }

    private static void assertDependsOnlyOn(String name, String... allowed) {
        String[] withItself =
                Stream.concat(Stream.of(in(name)), Stream.of(allowed)).toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(in(name))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(withItself)
                .check(DRIVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"csi.v1..", "pmemcsi.v1..", "io.grpc..", "jnr..", "picocli..", BINDINGS + "..", "com.google.."})
    void use_cases_know_no_protocol_no_native_code_and_no_command_line(String forbidden) {
        noClasses()
                .that()
                .resideInAnyPackage(in("volume.."), in("domain.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(forbidden)
                .check(DRIVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"device", "mount", "state"})
    void only_the_command_line_knows_adapters_and_they_do_not_know_each_other(String port) {
        Set<String> adapters = DRIVER.getPackage(in(port)).getSubpackages().stream()
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());
        assertThat(adapters).hasSizeGreaterThanOrEqualTo(2);
        for (String adapter : adapters) {
            noClasses()
                    .that()
                    .resideOutsideOfPackages(adapter + "..", in("cli.."))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(adapter + "..")
                    .check(DRIVER);
        }
    }

    @Test
    void native_code_is_known_to_the_bindings_only() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jnr..", "com.kenai.jffi..", BINDINGS + ".raw..")
                .check(DRIVER);
    }

    @Test
    void the_bindings_are_known_to_adapters_and_the_command_line_only() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        in("device.*"),
                        in("device.*.."),
                        in("mount.linux.."),
                        in("state.file.."),
                        in("doctor.linux.."),
                        in("cli.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BINDINGS + "..")
                .check(DRIVER);
    }

    @Test
    void grpc_is_known_to_the_protocol_the_server_and_the_command_line_only() {
        noClasses()
                .that()
                .resideOutsideOfPackages(in("csi.."), in("server.."), in("cli.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..", "com.google.protobuf..", "csi.v1..", "pmemcsi.v1..")
                .check(DRIVER);
    }

    @Test
    void only_the_command_line_knows_picocli_and_ends_the_process() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("cli.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(ALL);
    }

    @Test
    void metrics_and_http_are_known_to_the_monitor_only() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("monitor.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.prometheus..", "com.sun.net.httpserver..")
                .check(ALL);
        assertDependsOnlyOn(
                "monitor",
                "java..",
                "com.sun.net.httpserver..",
                "io.prometheus..",
                "org.jspecify..",
                "org.slf4j..",
                in("domain"),
                in("device"),
                in("volume"),
                in("state"));
    }

    @Test
    void nobody_runs_a_command_string() {
        noClasses()
                .should()
                .callMethod(Runtime.class, "exec", String.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class, String[].class)
                .check(ALL);
    }

    @Test
    void packages_form_no_cycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(DRIVER);
        slices().matching(BINDINGS + ".(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void bindings_and_driver_depend_in_one_direction() {
        noClasses()
                .that()
                .resideInAPackage(BINDINGS + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "..", "csi.v1..", "pmemcsi.v1..", "io.grpc..", "picocli..")
                .check(ALL);
    }

    @Test
    void static_fields_are_final() {
        fields().that()
                .areStatic()
                .and(describe("are handwritten", ArchitectureTest::isHandwritten))
                .should()
                .beFinal()
                .check(ALL);
    }

    @Test
    void static_fields_hold_nothing_mutable() {
        noFields()
                .that()
                .areStatic()
                .and(describe("are handwritten", ArchitectureTest::isHandwritten))
                .should()
                .haveRawType(describe("mutable", ArchitectureTest::isMutable))
                .check(ALL);
    }

    /** Not the switch tables and value arrays of the compiler. */
    private static boolean isHandwritten(JavaField field) {
        return !field.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    /** Fields of the types List, Set and Map may hold unmodifiable collections; those of other collections cannot. */
    private static boolean isMutable(JavaClass type) {
        boolean collection = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
        boolean unmodifiable = Stream.of(List.class, Set.class, Map.class).anyMatch(type::isEquivalentTo);
        return type.isArray()
                || (collection && !unmodifiable)
                || type.getPackageName().startsWith("java.util.concurrent")
                || type.isAssignableTo(Executor.class)
                || type.isAssignableTo(Appendable.class)
                || type.isAssignableTo(Thread.class)
                || type.isAssignableTo(ThreadLocal.class);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(ALL.stream()
                        .filter(resideInAnyPackage(ROOT + "..", BINDINGS + ".."))
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName))
                .isEmpty();
    }

    @Test
    void no_signature_of_the_bindings_outside_raw_mentions_jnr() {
        var facade = resideInAPackage(BINDINGS + "..").and(resideOutsideOfPackages(BINDINGS + ".raw.."));
        members()
                .that(describe(
                        "others can use", member -> facade.test(member.getOwner()) && isVisible(member.getModifiers())))
                .should(mentionNoNativeType())
                .check(ALL);
        noClasses()
                .that(facade)
                .should()
                .beAssignableTo(resideInAnyPackage("jnr.."))
                .check(ALL);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static ArchCondition<JavaMember> mentionNoNativeType() {
        return new ArchCondition<>("mention no native type") {
            @Override
            public void check(JavaMember member, ConditionEvents events) {
                signature(member)
                        .filter(resideInAnyPackage("jnr..", "com.kenai.jffi..", BINDINGS + ".raw.."))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " mentions " + type.getName())));
            }
        };
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.of(
                            unit.getReturnType().getAllInvolvedRawTypes().stream(),
                            unit.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                            unit.getExceptionTypes().stream())
                    .flatMap(types -> types);
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }
}
