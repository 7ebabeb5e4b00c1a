# What a newcomer types. Everything that is built lands under build/.

.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
NODE := build/tools/node/bin/node
TOOLS := PATH="$(CURDIR)/build/tools/node/bin:$$PATH"
REDOCLY := REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(CURDIR)/tools/node_modules/.bin/redocly

# Sources that people write: generated ones have their generator's form.
C_FILES = $(shell find src include tests fuzz bench -name '*.[ch]' ! -name '*.gen.*' 2>/dev/null | sort)
C_SOURCES = $(shell find src bench -name '*.c' ! -name '*.gen.*' 2>/dev/null | sort)
SCRIPTS = scripts/bootstrap scripts/fuzz scripts/run bench/run .ci/run

PREFIX ?= /usr/local
MINUTES ?= 10
SECONDS_EACH ?= $(or $(SECONDS),60)
SEED ?= 1
STEPS ?= 1000

# Configures and builds a preset; says little unless it fails.
define build_preset
	@mkdir -p build
	@cmake --preset $(1) > build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }
	@echo "building build/$(1)"
	@cmake --build --preset $(1) -j $(JOBS) > build/$(1).log 2>&1 \
		|| { sed '/^\[[0-9]*\/[0-9]*\] /d' build/$(1).log; exit 1; }
endef

.PHONY: help run build install test check fmt generate lint model soak bench bench-long fuzz clean \
	bootstrap-run bootstrap-test bootstrap-check check-generated check-format check-clang \
	check-tidy check-tsan check-rest

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: build ## build, and start a server with its data in build/data
	@scripts/run

build: bootstrap-run ## kithd, kithctl, kith and kithload, optimized, into build/
	$(call build_preset,release)

install: build ## programs, library and header, under PREFIX=p (/usr/local)
	@cmake --install build/release --prefix $(PREFIX)

test: bootstrap-test ## every test, with sanitizers; ends in "N passed, N failed, N skipped"
	$(call build_preset,asan)
	@$(NODE) tests/run.mjs --build build/asan

check: test check-rest ## test, and all that CI looks at besides

check-rest: bootstrap-check lint check-generated check-format check-clang check-tidy check-tsan
	@echo "check: all is well"

fmt: bootstrap-check ## bring every C file into form
	@clang-format-14 -i $(C_FILES)

generate: bootstrap-test ## write what follows from the contract (*.gen.*)
	@$(NODE) tools/generate.mjs

lint: bootstrap-check ## the contract against its linter, its TypeScript against the compiler
	@cd api && $(TOOLS) $(REDOCLY) lint --config redocly.yaml
	@$(TOOLS) tools/node_modules/.bin/tsc --strict --noEmit --target es2022 --module nodenext sdk/ts/src/gen/contract.gen.ts
	@if command -v shellcheck > /dev/null; then shellcheck $(SCRIPTS); fi

check-generated: bootstrap-test
	@$(NODE) tools/generate.mjs --check

check-format: bootstrap-check
	@clang-format-14 --dry-run -Werror $(C_FILES)

check-clang: bootstrap-check
	$(call build_preset,clang)

check-tidy: check-clang
	@printf '%s\n' $(C_SOURCES) | xargs -P $(JOBS) -n 4 clang-tidy-14 -p build/clang --quiet 2> build/tidy.log \
		|| { cat build/tidy.log; exit 1; }

check-tsan: bootstrap-test
	$(call build_preset,tsan)
	@$(NODE) tests/run.mjs --build build/tsan --suite unit,store,integration

fuzz: bootstrap-check ## every fuzz target, SECONDS=n each (60)
	$(call build_preset,fuzz)
	@scripts/fuzz $(SECONDS_EACH) $(SEED)

model: bootstrap-test ## random operations against the model, STEPS=n SEED=s
	$(call build_preset,asan)
	@KITH_BUILD_DIR=build/asan $(NODE) tests/model/run.mjs --steps $(STEPS) --seed $(SEED)

soak: build bootstrap-test ## kills, replays and the model against a real server, MINUTES=n SEED=s
	@$(NODE) tests/soak.mjs --minutes $(MINUTES) --seed $(SEED)

bench: build ## the figures beside a plain relay, in a few minutes
	@bench/run

bench-long: build ## the same, nine rounds
	@bench/run --long

clean: ## removes what was built; keeps the tools and the server's data
	@find build -mindepth 1 -maxdepth 1 ! -name tools ! -name data -exec rm -rf {} + 2> /dev/null || true

bootstrap-run bootstrap-test bootstrap-check: bootstrap-%:
	@scripts/bootstrap $*
