# Everything one does with this repository. `make` alone says what there is.

GO        ?= go
FUZZTIME  ?= 60s
BENCHTIME ?= 1s

# Made here and kept between runs; ignored by git.
CACHE   := $(CURDIR)/.cache
# -trimpath keeps this machine's folders out of the binary. vet and lint take it
# too, so that nothing is compiled twice.
FLAGS   := -trimpath
VERSION ?=
LDFLAGS := $(if $(VERSION),-s -w -X main.version=$(VERSION))

# The linter's version is the one in tools/go.mod. One that was built by an older
# Go refuses newer code, so the name holds Go's version too.
LINT_VERSION := $(shell sed -n 's,.*/golangci-lint/v2 \(v[0-9.]*\).*,\1,p' tools/go.mod)
LINTER       := $(CACHE)/bin/golangci-lint-$(LINT_VERSION)-$(shell $(GO) env GOVERSION 2>/dev/null)

export GO CACHE FUZZTIME BENCHTIME

.DEFAULT_GOAL := help
.PHONY: help demo build ui test-ui screenshots test lint fuzz bench fax load load-history ui-speed clean clean-all needs asterisk vet race alone

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

demo: build ## two real Asterisks, phones and calls, and DIPCAST on them, on this machine only
	@exec bin/dipcast demo $(ARGS)

build: ui ## bin/dipcast
	CGO_ENABLED=0 $(GO) build $(FLAGS) -ldflags '$(LDFLAGS)' -o bin/dipcast ./cmd/dipcast

# The web is built anew when a source of it is newer than what was built.
ui: ui/dist/index.html ## the web, which bin/dipcast embeds

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-progress
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(shell find ui/src ui/public clients/ts/src ui/index.html ui/vite.config.ts ui/tsconfig.json -type f)
	cd ui && npx tsc --noEmit -p . && npx vite build --logLevel warn
	@touch ui/dist/.keep $@

test: ## all checks and tests, on real Asterisks; installs what is missing when root
	@scripts/test.sh

lint: vet $(LINTER) ## go vet and golangci-lint
	CGO_ENABLED=0 GOFLAGS="$$($(GO) env GOFLAGS) $(FLAGS)" GOLANGCI_LINT_CACHE=$(CACHE)/golangci-lint $(LINTER) run ./...

fuzz: ## every fuzz target, FUZZTIME (60s) each; FUZZ=pattern picks some
	@scripts/fuzz.sh

bench: ## every benchmark, BENCHTIME (1s) each; BENCH=pattern picks some
	@scripts/bench.sh

load: ## a whole box: 300 phones, 50 recorded calls at once for 10 minutes, then 200; wants a quiet machine, LOAD=… changes it
	CGO_ENABLED=0 $(GO) test $(FLAGS) -count=1 -vet=off -timeout 1h -v ./test/load -args $(or $(LOAD),$(BOX))

fax: ## faxes of many pages by a real Asterisk, one with damaged lines: their pictures against libtiff's tools; four minutes
	CGO_ENABLED=0 $(GO) test $(FLAGS) -count=1 -vet=off -timeout 20m -v ./test/fax -args -fax-pages 21

screenshots: ui ## every page of the web in both languages, on a phone and a desk, as pictures in PICTURES (.cache/pictures)
	CGO_ENABLED=0 $(GO) test $(FLAGS) -count=1 -vet=off -timeout 40m -v ./test/pictures -args -pictures $(or $(PICTURES),$(CACHE)/pictures)

ui-speed: ui ## how fast the web is: first paint, a history of ten million calls (kept in .cache, 13 GB, filled once), 500 live calls; SPEED=… changes it
	CGO_ENABLED=0 $(GO) test $(FLAGS) -count=1 -vet=off -timeout 4h -v ./test/speed -args $(or $(SPEED),$(QUICK))

load-history: ## how it is with ten million calls in the history, on both databases; takes half an hour and 25 GB
	CGO_ENABLED=0 $(GO) test -count=1 -vet=off -timeout 4h -v ./internal/store -run TestHistorySearches -args -history-calls 10000000 -history-limit 300ms

# What the web promises.
QUICK := -speed.rows 10000000 -speed.keep $(CACHE)/history -speed.rounds 5 -speed.seconds 8 -speed.strict

# What the data sheet promises of a box.
BOX := -load.phones 300 -load.calls 50 -load.talk 60s -load.for 10m -load.clients 20 -load.more 200 -load.more-for 2m -load.alone 60s -load.strict

clean: ## remove what was built; the unpacked Asterisks stay
	rm -rf bin $(CACHE)/bin $(CACHE)/golangci-lint

clean-all: clean ## remove the unpacked Asterisks too
	rm -rf $(CACHE)

# The steps of `make test`, in its order. Each works by itself.

needs:
	@scripts/needs.sh

asterisk: build
	bin/dipcast asterisk install --lang en --version 22
	bin/dipcast asterisk install --lang en --version 16

# What of the web runs without a browser.
test-ui: ui
	cd ui && npx vitest run

vet:
	CGO_ENABLED=0 $(GO) vet $(FLAGS) ./...

# What does one thing after the other with a database has nothing to race, and
# takes ten times as long under the race detector; neither has what opens page after
# page in a browser, on gateways that other tests look for races in. They are a step
# of their own.
ALONE := ^(TestHistorySearches|TestCallPages|TestF13_PowerCuts|TestPages|TestSpeed)$$

# -vet=off: vet and lint have looked already. -p 3: the labs wait more than they
# work, so three packages at a time keep two cores busy. -w: nobody debugs what is
# linked here, and without what a debugger wants linking takes two thirds of the time.
# What takes longest begins first, so that nothing is left alone at the end.
race:
	CGO_ENABLED=1 $(GO) test -race -p 3 -ldflags=-w -count=1 -shuffle=on -vet=off -timeout 20m -skip '$(ALONE)' $(or $(PKG),./test/rest ./test/web ./...)

alone: ui
	CGO_ENABLED=0 $(GO) test $(FLAGS) -count=1 -vet=off -timeout 15m ./internal/store ./test/faults ./test/pictures ./test/speed -run '$(ALONE)'

$(LINTER): tools/go.mod tools/go.sum
	@echo "building golangci-lint $(LINT_VERSION); once, takes two minutes"
	cd tools && CGO_ENABLED=0 $(GO) build -ldflags '-s -w' -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
