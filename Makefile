# Short names for the commands that contributors run. `make -n TARGET` shows the command. ARGS is appended to it, for
# example `make test ARGS='-pl indico-metrics-collectors -am'`.

MAVEN = ./mvnw
ONLY = -Dsurefire.failIfNoSpecifiedTests=false -Dtest=

# The tests that write files, joined by commas.
WRITERS = grep -rlwE --include='*Test.java' 'GoldenFile.verify|golden.update' indico-metrics-* | xargs -n1 basename -s .java | paste -sd, -

SECONDS = 600
TEST =
CLIENT = 1.3.10
JOOQ =

.PHONY: packages help test golden format mutation soak hosts postgres conformance bench

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' $(MAKEFILE_LIST) | while read -r name does; do printf '%-12s %s\n' "$$name" "$$does"; done

test: ## build everything, check the format and run the tests (TEST=RoomsCollectorTest for one class)
	$(MAVEN) $(if $(TEST),test -Dspotless.check.skip $(ONLY)$(TEST),verify) $(ARGS)

golden: ## rewrite the golden files and the generated pages; then read the diff
	$(MAVEN) test -Dgolden.update=true -DexcludedGroups= -Dspotless.check.skip $(ONLY)$$($(WRITERS)) $(ARGS)

format: ## format the code
	$(MAVEN) -q -Pbenchmarks spotless:apply -pl '!indico-metrics-bom,!indico-metrics-examples/custom-collector,!indico-metrics-examples/celery-queue,!indico-metrics-examples/spring-boot-host' $(ARGS)

mutation: ## break each condition, and check that the tests detect it (ARGS=-Dmutation.only=RoomsCollector for one class)
	$(MAVEN) test -pl indico-metrics-collectors -am -DexcludedGroups= $(ONLY)MutationTest $(ARGS)

soak: ## inject random faults for ten minutes (SECONDS=600)
	$(MAVEN) test -pl indico-metrics-testing -am -DexcludedGroups= $(ONLY)SoakTest -Dsoak.seconds=$(SECONDS) $(ARGS)

hosts: ## test on another Prometheus client and jOOQ (CLIENT=1.3.10, JOOQ=3.21.9 on Java 21 or later)
	$(MAVEN) test -pl indico-metrics-collectors -am -Pother-host -Dhost.client.version=$(CLIENT) \
	  $(if $(JOOQ),-Dhost.jooq.version=$(JOOQ)) $(ONLY)'*Test,!*$$*,!DescriptorsTest,!*FaultTest,!OutageTest,!Hang*Test' $(ARGS)

postgres: ## test on every supported version of PostgreSQL (ARGS=13.23.0 for one)
	conformance/postgres $(ARGS)

packages: ## make the archive, the .deb, the .rpm and the image's files, and install them in a new Debian (as root)
	packaging/build
	packaging/test $(ARGS)

conformance: ## compare with the plugin of a real Indico; see conformance/README.md
	$(MAVEN) -q -pl :indico-metrics-exporter -am -DskipTests package
	conformance/run $(ARGS)

bench: ## measure what the metrics cost; takes hours, see benchmarks/README.md
	benchmarks/run $(ARGS)
