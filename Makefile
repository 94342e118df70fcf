# practiceacl: users, rights and calendars of medical practices.

MODULE_big = practiceacl
EXTENSION = practiceacl
PACL_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" practiceacl.control)
DATA_built = practiceacl--$(PACL_VERSION).sql

# The floors of the source, top down: see ARCHITECTURE.md.
PACL_FLOORS = src src/api src/domain src/store src/reader src/pure
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard $(addsuffix /*.c,$(PACL_FLOORS)))))

# The install script, in the order in which it runs.
PACL_SQL = \
	sql/preamble.sql \
	sql/types/rights.sql \
	sql/types/slot.sql \
	sql/functions/id.sql \
	sql/tables/organization.sql \
	sql/tables/account.sql \
	sql/tables/session.sql \
	sql/tables/membership.sql \
	sql/tables/agenda.sql \
	sql/tables/access.sql \
	sql/tables/invitation.sql \
	sql/tables/appointment.sql \
	sql/tables/activity.sql \
	sql/tables/outbox.sql \
	sql/tables/notice.sql \
	sql/functions/access.sql \
	sql/functions/session.sql \
	sql/functions/account.sql \
	sql/policies.sql \
	sql/dump.sql

PG_CPPFLAGS = -I$(srcdir)/src -DPACL_VERSION='"$(PACL_VERSION)"'
PG_CFLAGS = -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare
SHLIB_LINK = -lsodium

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

practiceacl--$(PACL_VERSION).sql: $(PACL_SQL) Makefile practiceacl.control
	@cat $(PACL_SQL) > $@
