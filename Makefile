# SPDX-License-Identifier: Apache-2.0
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

# The demo is about persistent memory; csi-sanity alone is quickest without.
DEMO := $(or $(MODE),lvm)
MODE ?= emulated
ACCESS ?= mount
CUTS ?= 20
comma := ,
STORIES := test/src/test/java/io/pmemcsi/test/cluster

export HOME := $(or $(HOME),$(shell getent passwd $$(id -u) | cut -d: -f6))

# The hundreds of downloads of a first run are worth seeing, the few of later ones are not.
MVN := ./mvnw -B $(if $(wildcard $(HOME)/.m2/repository/io/grpc),-ntp) \
	-Dgit.commit=$(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

DIST := target/pmem-csi
SOURCES := pom.xml LICENSE scripts/find-jdk $(shell find csi-proto ndctl-bindings driver -name target -prune -o \
	\( -name pom.xml -o -path '*/src/main*' \) -print)

# A JDK that only this checkout has (scripts/debian-jdk) is not found by the launcher. The stamp lies in the folder it vouches for.
define finish-dist
@jdk=$$(scripts/find-jdk "$(CURDIR)"/.cache/jdk/*) && case $$jdk in "$(CURDIR)"/.cache/*) ln -sfn "$$jdk" $(DIST)/jre ;; esac
@touch $(DIST)/.built
endef

##@ Use
.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what is missing (as root or with sudo); at once if nothing is
	@scripts/setup

.PHONY: build
build: $(DIST)/.built ## Build the distribution: target/pmem-csi
	@echo "built: $(DIST)/bin/pmem-csi"

.PHONY: demo
demo: build ## A real memcached on our volumes, told step by step: MODE=lvm (default), direct or emulated
	@case "$(DEMO)" in emulated|lvm|direct) ;; \
		*) echo "make demo: MODE is lvm, direct or emulated, not '$(DEMO)'." >&2; exit 1 ;; esac
	@scripts/setup run $(if $(filter emulated,$(DEMO)),,vm)
	$(if $(filter emulated,$(DEMO)),test/demo/run,test/demo/guest) $(DEMO)

.PHONY: image
image: build ## Build the container image pmem-csi-driver:dev (also target/pmem-csi-image.tar), start and measure it
	@scripts/with-docker sh -c 'scripts/image build && scripts/image measure'

.PHONY: image-file
image-file: build
	@scripts/with-docker scripts/image build

.PHONY: cluster
cluster: image-file ## A Kubernetes to play with, the driver installed: MODE=lvm (default), direct or emulated, NODES=1|2
	@scripts/setup go vm cluster
	test/cluster/cluster up --mode $(DEMO) --nodes $(or $(NODES),1)

.PHONY: cluster-down
cluster-down: ## Stop that Kubernetes and remove everything of it
	test/cluster/cluster down

##@ Work
.PHONY: check
check: tools ## Format, lint, unit tests, coverage floor; needs no root
	@scripts/setup build
	$(MVN) verify -DfailIfNoTests=true
	$(finish-dist)

.PHONY: test
test: ## All that CI does: check, most tests with real devices, users' stories on Kubernetes, csi-sanity, demo (as root)
	@scripts/setup
	@# Where Kubernetes is not built yet: that takes long, and what comes before the stories leaves a processor idle.
	@test/cluster/images </dev/null >/dev/null 2>&1 &
	@$(MAKE) --no-print-directory tools image-file
	rm -rf */target/*-reports
	$(MVN) verify -DskipITs=false -DfailIfNoTests=true -Dit.required=true -Dguest.groups='guest & !thorough'
	$(finish-dist)
	test/deploy/manifests
	test/deploy/prometheus
	test/deploy/wrapper
	test/sanity/run emulated mount
	test/sanity/run emulated block
	test/demo/run emulated
	@scripts/test-summary

.PHONY: sanity
sanity: build tools ## csi-sanity alone: MODE=emulated|memory|lvm|direct ACCESS=mount|block
	@case "$(MODE)" in emulated|memory|lvm|direct) ;; \
		*) echo "make sanity: MODE is emulated, memory, lvm or direct, not '$(MODE)'." >&2; exit 1 ;; esac
	@case "$(ACCESS)" in mount|block) ;; *) echo "make sanity: ACCESS is mount or block, not '$(ACCESS)'." >&2; exit 1 ;; esac
	@scripts/setup run vm
	$(if $(filter lvm direct,$(MODE)),test/sanity/guest,test/sanity/run) $(MODE) $(ACCESS)

.PHONY: manifests
manifests: build tools ## Render deploy/ anew into test/deploy/rendered, for review, and check it
	test/deploy/manifests -update

.PHONY: e2e
e2e: image-file tools ## Users' stories on a real Kubernetes: MODE=lvm (default), direct or emulated, STORY=Name,... for some
	@for story in $(subst $(comma), ,$(STORY)); do [ -f $(STORIES)/$$story.java ] || \
		{ echo "make e2e: there is no story '$$story'; there are:" $(notdir $(basename $(wildcard $(STORIES)/*Story.java))) >&2; exit 1; }; done
	@scripts/setup build go vm cluster
	rm -rf */target/*-reports
	$(MVN) verify -DskipITs=false -Dit.test='$(or $(STORY),StoriesIT)' -Dguest.classes=1 -Dtest=none -Djacoco.skip -Dpmemcsi.mode=$(DEMO)

.PHONY: test-thorough
test-thorough: build tools ## What "make test" leaves out, in guests: prepare, huge pages, strace, the harness itself, all of csi-sanity
	@scripts/setup build vm
	rm -rf */target/*-reports
	$(MVN) verify -DskipITs=false -Dit.test='DriverOnPmemIT,HugePageIT,PrepareIT,GuestIT' -Dtest=none -Djacoco.skip \
		-Dguest.groups='guest & thorough'
	test/sanity/guest

.PHONY: torture
torture: build ## Power cuts in guests with persistent memory: CUTS=20 MODE=lvm|direct (both without)
	@scripts/setup build vm
	$(MVN) verify -DskipITs=false -Dit.test=TortureIT -Dtest=none -Djacoco.skip -Dpmemcsi.cuts=$(CUTS) \
		-Dpmemcsi.modes=$(if $(filter lvm direct,$(MODE)),$(MODE),lvm$(comma)direct)

.PHONY: bench
bench: ## Figures: start, memory, latency, scale, erasing, calling LVM (as root; takes minutes)
	@scripts/setup
	$(MVN) -q verify -DskipITs=false -Dit.test='DriverBench,LvmBench' -Dtest=none -Djacoco.skip
	$(finish-dist)

.PHONY: format
format: ## Bring all sources into the project's format
	@scripts/setup build
	$(MVN) -q spotless:apply

.PHONY: tools
tools: ## Build the test tools: target/tools
	@scripts/tools

.PHONY: clean
clean: ## Remove what was built (tools and downloads in .cache stay)
	rm -rf target */target

$(DIST)/.built: $(SOURCES)
	@scripts/setup build
	rm -rf $(DIST)
	$(MVN) package -pl driver -am -Dmaven.test.skip=true
	$(finish-dist)
