# practiceacl: users, rights and calendars of medical practices.
#
#   make demo [DATA=FILE]     a clinic to look at; make demo-stop ends it
#   make front-desk           the same clinic in a browser; make front-desk-stop ends it;
#                             CELLS=2: on two servers, make front-desk-move moves it
#   make check                every test; make check-STAGE [TESTS="a b"] some
#   make check-long           every test, and the long ones
#   make check-clients        client programs of many libraries, behind PgBouncer
#   make check-dates          the demo and the tests on other days
#   make check-valgrind       the regression tests under valgrind
#   make check-indent SOURCE=DIR   the layout of the C code, with pgindent from
#                             these sources of PostgreSQL
#   make check-machines       the demo on throw-away machines in other states
#   make bench                what access control costs
#   make docs [PAGES="a b"]   writes what is generated in doc/, and into these
#                             pages what their SQL prints
#   make, make install        as with any extension (PG_CONFIG=..., VPATH=...)
#   make installcheck         the tests, against an installed extension
#   make dist                 a zip for PGXN
#   make clean

# The commands that bring what they need themselves: see tools/.  They call
# this file again for what needs the server's makefiles.
PACL_STAGES = build layering tools unit regress isolation pgtap attack standards upgrade docs tap cells clients
PACL_COMMANDS = check check-long $(addprefix check-,$(PACL_STAGES)) \
	check-machines check-dates check-valgrind check-indent demo demo-stop bench docs reference \
	front-desk front-desk-move front-desk-stop front-desk-pictures

ifneq ($(filter $(PACL_COMMANDS),$(MAKECMDGOALS)),)

.PHONY: $(MAKECMDGOALS)
.NOTPARALLEL:

check:
	@tools/check

check-long:
	@PRACTICEACL_LONG=1 tools/check

$(addprefix check-,$(PACL_STAGES)): check-%:
	@tools/check $*

check-dates:
	@tools/dates $(DATES)

check-valgrind:
	@tools/valgrind

check-indent:
	@tools/indent

check-machines:
	@tools/machines $(STATES)

demo:
	@tools/demo

demo-stop:
	@tools/cluster stop demo

front-desk:
	@tools/front-desk run

front-desk-move:
	@tools/front-desk move

front-desk-stop:
	@tools/front-desk stop

front-desk-pictures:
	@tools/front-desk test examples/front-desk/browser/pictures.js

bench:
	@tools/bench

reference:
	@tools/docs

docs:
	@tools/docs $(PAGES)

# Other goals beside them.
$(filter-out $(PACL_COMMANDS),$(MAKECMDGOALS)):
	@$(MAKE) $@

else

# Where this file is: another directory than the build's with VPATH.
PACL_TREE := $(dir $(lastword $(MAKEFILE_LIST)))

MODULE_big = practiceacl
EXTENSION = practiceacl
PGFILEDESC = "practiceacl - users, rights and calendars of medical practices"
PACL_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(PACL_TREE)practiceacl.control)
DATA = $(patsubst $(PACL_TREE)%,%,$(wildcard $(PACL_TREE)sql/releases/practiceacl--*.sql))
DATA_built = practiceacl--$(PACL_VERSION).sql $(PACL_UPDATE)
# Moves an organization between two servers; checks files of the record.
SCRIPTS = tools/practiceacl-move tools/practiceacl-verify
DOCS = $(patsubst $(PACL_TREE)%,%,$(wildcard $(addprefix $(PACL_TREE),README.md SECURITY.md doc/*.md doc/harden.sql)))

# The update from the last release: see tools/update-script.
PACL_UPDATE_FROM = 0.1.0
PACL_UPDATE = practiceacl--$(PACL_UPDATE_FROM)--$(PACL_VERSION).sql

# The layers of the source, from the top down: see ARCHITECTURE.md.
PACL_FOLDERS = src src/api src/operations src/people src/calendar src/access \
	src/identity src/base src/reader src/pure
OBJS = $(patsubst $(PACL_TREE)%.c,%.o,$(sort $(wildcard $(patsubst %,$(PACL_TREE)%/*.c,$(PACL_FOLDERS)))))

# The install script, in the order in which it runs.
PACL_SQL = \
	sql/preamble.sql \
	sql/types/rights.sql \
	sql/types/slot.sql \
	sql/functions/id.sql \
	sql/tables/organization.sql \
	sql/tables/account.sql \
	sql/tables/second_factor.sql \
	sql/tables/session.sql \
	sql/tables/membership.sql \
	sql/tables/agenda.sql \
	sql/tables/access.sql \
	sql/tables/group.sql \
	sql/tables/profile.sql \
	sql/tables/invitation.sql \
	sql/tables/appointment_type.sql \
	sql/tables/appointment.sql \
	sql/tables/appointment_archive.sql \
	sql/tables/waiting_list.sql \
	sql/tables/activity.sql \
	sql/tables/outbox.sql \
	sql/tables/notice.sql \
	sql/tables/organization_move.sql \
	sql/tables/organization_cell.sql \
	sql/statistics.sql \
	sql/views/every_appointment.sql \
	sql/functions/access.sql \
	sql/functions/session.sql \
	sql/functions/second_factor.sql \
	sql/functions/account.sql \
	sql/functions/organization.sql \
	sql/functions/user.sql \
	sql/functions/invitation.sql \
	sql/functions/agenda.sql \
	sql/functions/rights.sql \
	sql/functions/group.sql \
	sql/functions/profile.sql \
	sql/functions/explain.sql \
	sql/functions/appointment_type.sql \
	sql/functions/appointment.sql \
	sql/functions/calendar.sql \
	sql/functions/series.sql \
	sql/functions/wall_clock.sql \
	sql/functions/waiting_list.sql \
	sql/functions/patient.sql \
	sql/functions/activity.sql \
	sql/functions/messages.sql \
	sql/functions/roles.sql \
	sql/functions/cell.sql \
	sql/functions/freshness.sql \
	sql/functions/organization_table.sql \
	sql/functions/protect.sql \
	sql/views/every_grant.sql \
	sql/views/groups.sql \
	sql/tables/reading.sql \
	sql/functions/reading.sql \
	sql/views/my_sessions.sql \
	sql/views/my_second_factor.sql \
	sql/views/appointment_types.sql \
	sql/views/calendar.sql \
	sql/functions/calendar_between.sql \
	sql/views/busy.sql \
	sql/views/slot_presence.sql \
	sql/views/notices.sql \
	sql/views/my_agendas.sql \
	sql/views/waiting_list.sql \
	sql/views/my_features.sql \
	sql/views/my_organizations.sql \
	sql/views/service_offers.sql \
	sql/views/acts.sql \
	sql/views/shifted_times.sql \
	sql/views/table_sizes.sql \
	sql/views/organization_tables.sql \
	sql/views/organization_table_problems.sql \
	sql/views/account_columns.sql \
	sql/views/organization_cells.sql \
	sql/views/move_problem.sql \
	sql/views/people.sql \
	sql/views/review_list.sql \
	sql/functions/week.sql \
	sql/views/reports.sql \
	sql/views/never_null.sql \
	sql/arrival.sql \
	sql/policies.sql \
	sql/privileges.sql \
	sql/functions/operation.sql \
	sql/functions/secrets.sql \
	sql/views/drop_effects.sql \
	sql/views/health_of_data.sql \
	sql/views/health_of_record.sql \
	sql/views/expected_columns.sql \
	sql/views/health_of_catalog.sql \
	sql/views/health_of_settings.sql \
	sql/views/health_of_secrets.sql \
	sql/functions/health.sql \
	sql/public.sql \
	sql/dump.sql

PG_CPPFLAGS += -I$(PACL_TREE)src -DPACL_VERSION='"$(PACL_VERSION)"' $(shell pkg-config --cflags libsodium 2>/dev/null)
PG_CFLAGS += -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare
SHLIB_LINK += $(or $(shell pkg-config --libs libsodium 2>/dev/null),-lsodium)
EXTRA_CLEAN = $(DATA_built) $(foreach kind,src/*.o src/*.bc *.so practiceacl_*--*.sql,ical/$(kind)) fhir/practiceacl_*--*.sql build

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
ifneq ($(filter 9.% 10 11 12 13 14,$(MAJORVERSION)),)
$(error $(PG_CONFIG) is PostgreSQL $(MAJORVERSION): 15 to 18 are supported)
endif
else ifneq ($(filter-out clean distclean dist,$(or $(MAKECMDGOALS),all)),)
$(error $(if $(shell command -v $(PG_CONFIG)),$(PG_CONFIG) knows no server headers,there is no program $(PG_CONFIG)): run tools/dependencies, or give PG_CONFIG=)
else
clean distclean:
	rm -rf $(OBJS) $(OBJS:.o=.bc) practiceacl.so $(EXTRA_CLEAN)
endif

# The extensions beside the core, each with a makefile of its own: practiceacl_ical
# where libical is.
PACL_BESIDE := fhir $(if $(shell pkg-config --exists libical 2>/dev/null && echo found),ical)
define PACL_make_beside
$(1): $(1)-$(2)
.PHONY: $(1)-$(2)
$(1)-$(2):
	@mkdir -p $(2)
	@+$$(MAKE) --no-print-directory -C $(2) -f $$(abspath $$(PACL_TREE))/$(2)/Makefile $$(if $$(PACL_BESIDE_TREE),VPATH=$$(abspath $$(PACL_TREE))/$(2)) $(1)
endef
$(foreach beside,$(PACL_BESIDE),$(foreach goal,all install uninstall,$(eval $(call PACL_make_beside,$(goal),$(beside)))))

# Pages in a directory of their own: every extension has a README.md.
docmoduledir := practiceacl
.PHONY: uninstall-pages
uninstall: uninstall-pages
uninstall-pages:
	rm -rf '$(DESTDIR)$(docdir)/$(docmoduledir)'

practiceacl--$(PACL_VERSION).sql: $(PACL_SQL) Makefile practiceacl.control
	@cat /dev/null $(filter %.sql,$^) > $@

$(PACL_UPDATE): sql/releases/practiceacl--$(PACL_UPDATE_FROM).sql \
		sql/updates/$(PACL_UPDATE_FROM)--$(PACL_VERSION).sql $(PACL_SQL) \
		tools/update-script Makefile practiceacl.control
	@$(PACL_TREE)tools/update-script $(filter %.sql,$^) > $@

# PGXS does not follow includes: a changed header rebuilds everything.
PACL_HEADERS = $(wildcard $(PACL_TREE)src/*.h $(PACL_TREE)src/*/*.h)
$(OBJS) $(OBJS:.o=.bc): $(PACL_HEADERS) practiceacl.control

# A build beside the tree needs the tree's folders for its objects, and finds
# sources there alone, not what was built there.
ifdef VPATH
$(shell mkdir -p $(sort $(dir $(OBJS))))
PACL_BESIDE_TREE := yes
vpath %.c $(VPATH)
vpath sql/%.sql $(VPATH)
vpath %.control $(VPATH)
vpath Makefile $(VPATH)
vpath tools/update-script $(VPATH)
srcdir := $(VPATH)
override VPATH :=
endif

# Against the server that libpq's variables name, with what is installed there.
.PHONY: installcheck
installcheck:
	@PACL_INSTALLED=1 PG_CONFIG="$(PG_CONFIG)" $(PACL_TREE)tools/check regress isolation pgtap standards tap

# What is released: the tracked files, with a directory of their own.
.PHONY: dist
dist:
	git -C $(PACL_TREE). archive --format=zip --prefix=practiceacl-$(PACL_VERSION)/ \
		-o $(CURDIR)/practiceacl-$(PACL_VERSION).zip HEAD

# A unit test is a program of its own: one file, and the layer that needs no
# server, under the sanitizers.  The library of PostgreSQL's that it links needs
# OpenSSL if the server was built with it.
PACL_PURE = $(wildcard $(PACL_TREE)src/pure/*.c)
build/unit/%: test/unit/%.c $(wildcard $(PACL_TREE)test/unit/*.h) $(PACL_PURE) $(PACL_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -g -fsanitize=address,undefined \
		-fno-sanitize-recover=undefined -o $@ $< $(PACL_PURE) \
		-L$(pkglibdir) -L$(libdir) -lpgcommon -lpgport $(filter -lcrypto,$(LIBS)) -lsodium -lm

.PHONY: clean-build
clean distclean: clean-build
clean-build:
	@$(PACL_TREE)tools/cluster clean

endif
