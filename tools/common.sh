# shellcheck shell=bash disable=SC2034
# common.sh: what every tool shares.  Sourced, never run.
#
# After it has been read
#   TREE          is the top of the source tree,
#   BUILD         is the directory, ignored by git, for everything we make,
#   SERVER_USER   is who runs PostgreSQL when we are root, empty otherwise,
# and nothing in the environment points at another PostgreSQL server, except
# under "make installcheck" (PACL_INSTALLED), which is about that server.

set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

if [ -z "${PACL_INSTALLED:-}" ]; then
	for variable in "${!PG@}"; do
		[ "$variable" = PG_CONFIG ] || unset "$variable"
	done
fi

TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PORT=5432						# only a name: nothing listens on TCP
OLDEST_MAJOR=15
NEWEST_MAJOR=18

say()
{
	printf '%s\n' "$*"
}

heading()
{
	if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# PostgreSQL refuses to run as root.
SERVER_USER=
if [ "$(id -u)" = 0 ]; then
	SERVER_USER=nobody
	if getent passwd postgres >/dev/null; then SERVER_USER=postgres; fi
fi

# Runs a command as the user who owns the private server.  What is preloaded
# (libfaketime, for a test on another date) is preloaded after the change of
# user, since its memory belongs to one user.
as_server()
(
	preload=${LD_PRELOAD:-}
	cd /
	if [ -z "$SERVER_USER" ]; then exec env "$@"; fi
	group=$(id -g "$SERVER_USER")
	unset LD_PRELOAD FAKETIME_SHARED
	exec setpriv --reuid="$SERVER_USER" --regid="$group" --init-groups \
		env HOME=/ ${preload:+LD_PRELOAD="$preload"} "$@"
)

# Makes BUILD.  When the server's user may not enter the tree (a checkout in
# root's home, say), build is a link to a directory that everybody may enter.
use_build_directory()
{
	local build=$TREE/build

	case $TREE in
		*[[:space:]]*) die "PostgreSQL's makefiles work in no directory with a space in its name: $TREE" ;;
	esac
	if [ -L "$build" ] && [ ! -d "$build" ]; then rm "$build"; fi
	mkdir -p "$build" 2>/dev/null || die "cannot write in $TREE"
	[ -O "$build" ] || [ -w "$build" ] ||
		die "$build belongs to $(stat -L -c %U "$build"): remove it, or run as that user"
	[ -w "$build" ] || die "cannot write in $build"

	if [ ! -L "$build" ] && ! as_server test -x "$build"; then
		rmdir "$build" 2>/dev/null ||
			die "$SERVER_USER may not enter $build: remove it"
		ln -s "$(mktemp -d /tmp/practiceacl.XXXXXX)" "$build"
		chmod 755 "$build"
	fi
	BUILD=$(cd "$build" && pwd -P)
}

# need_space MEGABYTES WHAT: ends with one sentence if the disk is too full.
need_space()
{
	local free

	free=$(df -Pm "$BUILD" | awk 'END { print $4 }')
	[ "$free" -ge "$1" ] || die "$2 needs $1 MB in $BUILD, where $free MB are free"
}

# One tool at a time in one tree, and those that it calls.  The servers do not
# inherit the lock.
lock_tree()
{
	[ -z "${PACL_LOCKED:-}" ] || return 0
	exec 9>"$BUILD/lock"
	flock -n 9 || die "another of our commands is at work in $TREE"
	export PACL_LOCKED=1
}

# The major version of the PostgreSQL that a pg_config belongs to.
major_of()
{
	("$1" --version || true) 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p'
}

# Whether extensions can be built for, and run on, what this pg_config names.
# The headers are looked for themselves: Debian's client package has pgxs.mk.
is_complete()
{
	local major

	major=$(major_of "$1")
	[ -n "$major" ] &&
		[ "$major" -ge $OLDEST_MAJOR ] && [ "$major" -le $NEWEST_MAJOR ] &&
		[ -f "$("$1" --pgxs)" ] && [ -x "$("$1" --bindir)/initdb" ] &&
		[ -f "$("$1" --includedir-server)/postgres.h" ]
}

# Whether the distribution can complete what this pg_config lacks.
is_packaged()
{
	case $(readlink -f "$1") in
		/usr/bin/* | /usr/lib/postgresql/*/bin/* | /usr/share/postgresql-common/*) command -v apt-get >/dev/null ;;
		*) false ;;
	esac
}

# Ends with one sentence if PG_CONFIG is set to what cannot be used.
check_pg_config()
{
	local major

	[ -n "${PG_CONFIG:-}" ] || return 0
	command -v "$PG_CONFIG" >/dev/null ||
		die "PG_CONFIG=$PG_CONFIG: there is no such program"
	major=$(major_of "$PG_CONFIG")
	[ -n "$major" ] || die "PG_CONFIG=$PG_CONFIG is not a pg_config of PostgreSQL"
	if [ "$major" -lt $OLDEST_MAJOR ] || [ "$major" -gt $NEWEST_MAJOR ]; then
		die "PG_CONFIG=$PG_CONFIG is PostgreSQL $major: $OLDEST_MAJOR to $NEWEST_MAJOR are supported"
	fi
	if ! is_complete "$PG_CONFIG" && ! is_packaged "$(command -v "$PG_CONFIG")"; then
		[ -f "$("$PG_CONFIG" --includedir-server)/postgres.h" ] ||
			die "PG_CONFIG=$PG_CONFIG has no server headers in $("$PG_CONFIG" --includedir-server)"
		[ -x "$("$PG_CONFIG" --bindir)/initdb" ] ||
			die "PG_CONFIG=$PG_CONFIG has no server in $("$PG_CONFIG" --bindir)"
		die "PG_CONFIG=$PG_CONFIG has no $("$PG_CONFIG" --pgxs)"
	fi
}

# The pg_config to use: PG_CONFIG if set, else the one in the path, else the
# newest that the distribution keeps aside.  Empty if none will do.
find_pg_config()
{
	local candidate

	if [ -n "${PG_CONFIG:-}" ]; then
		if is_complete "$PG_CONFIG"; then command -v "$PG_CONFIG"; fi
		return
	fi
	for candidate in "$(command -v pg_config || true)" \
		$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config | sort -Vr); do
		if [ -x "$candidate" ] && is_complete "$candidate"; then
			say "$candidate"
			return
		fi
	done
}

# Puts the programs of the private PostgreSQL, which tools/prefix made, first.
# A tool that is called by another one begins with the path of that one's caller.
# PgBouncer is where an ordinary user's path does not look.
PATH=${PACL_PATH:-$PATH:/usr/sbin}
use_prefix()
{
	local prefix=$BUILD/postgresql

	[ -f "$prefix/bindir" ] || die "no private PostgreSQL: run tools/prefix"
	BINDIR=$prefix$(cat "$prefix/bindir")
	export PACL_PATH="${PACL_PATH:-$PATH}" PATH="$BINDIR:$PATH"
}

# This tree's make for the private PostgreSQL, as if nobody had called make
# before: DATA, which "make demo" takes, means something else to PGXS.
make_privately()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u MAKELEVEL -u DATA \
		make -s --no-print-directory -j2 -C "$TREE" \
		PG_CONFIG="$BINDIR/pg_config" "$@"
}

# Builds the extension and installs it into the private PostgreSQL, unless a
# tool that called this one has (PACL_BUILT).  Arguments go to make.
install_extension()
{
	local purpose

	[ -z "${PACL_BUILT:-}" ] || return 0
	# Objects built for another server, or with other options, are of no use.
	purpose="$(cat "$BUILD/postgresql/origin") ${COPT:-}"
	if [ "$purpose" != "$(cat "$BUILD/built-for" 2>/dev/null)" ]; then
		remove_objects
		say "$purpose" >"$BUILD/built-for"
	fi
	make_privately "$@" install
}

remove_objects()
{
	find "$TREE/src" "$TREE"/ical/src \( -name '*.o' -o -name '*.bc' \) -delete
	rm -f "$TREE"/practiceacl.so "$TREE"/practiceacl--*.sql "$TREE"/ical/*.so "$TREE"/*/practiceacl_*--*.sql
}
