#!/bin/bash
# What cannot work is refused in one sentence, and nothing is half made.

. "$(dirname "$0")/tap.bash"

fakes=$TREE/fakes
mkdir "$fakes"

# fake NAME VERSION INCLUDEDIR: a pg_config.
fake()
{
	cat >"$fakes/$1" <<-END
		#!/bin/sh
		case \$1 in
		--version) echo "$2" ;;
		*) echo /nowhere ;;
		esac
	END
	chmod +x "$fakes/$1"
}

fake old 'PostgreSQL 14.9'
fake new 'PostgreSQL 19devel'
fake bare 'PostgreSQL 17.2'
fake other 'libpq 5'
printf 'no script' >"$fakes/text"
chmod +x "$fakes/text"

for command in demo check-regress bench docs check-dates; do
	refuses "$command: no such program" 'PG_CONFIG=/nowhere/pg_config: there is no such program$' \
		make "$command" PG_CONFIG=/nowhere/pg_config
done
refuses "an old version" 'is PostgreSQL 14: 15 to 18 are supported$' make check PG_CONFIG="$fakes/old"
refuses "an unknown version" 'is PostgreSQL 19: 15 to 18 are supported$' make check PG_CONFIG="$fakes/new"
refuses "no headers" 'has no server headers in /nowhere$' make check PG_CONFIG="$fakes/bare"
refuses "another program" 'other is not a pg_config of PostgreSQL$' make check PG_CONFIG="$fakes/other"
refuses "what is no program" 'text is not a pg_config of PostgreSQL$' make check PG_CONFIG="$fakes/text"
refuses "a directory" 'there is no such program$' make check PG_CONFIG="$fakes"

for command in all install installcheck; do
	refuses "make $command: no such program" 'there is no program /nowhere/pg_config' \
		make -s "$command" PG_CONFIG=/nowhere/pg_config
	refuses "make $command: no headers" 'bare knows no server headers' make -s "$command" PG_CONFIG="$fakes/bare"
done

refuses "no such stage" '^check: unknown stage "nonsense": ' tools/check nonsense

mkdir "a b"
cp -R tools "a b/"
refuses "a name with a space" "^check: .* no directory with a space in its name: $TREE/a b\$" "a b/tools/check" layering

# As somebody who may not write here; root may write everywhere.
. tools/common.sh
set +eu
cd "$TREE" || exit
rm -rf build
[ -n "$SERVER_USER" ] || chmod a-w "$TREE"
refuses "a tree that is not ours" "^check: cannot write in $TREE\$" as_server "$TREE/tools/check" layering
chmod u+w "$TREE"
mkdir -m 555 build
refuses "a build directory that is not ours" "^check: ($TREE/build belongs to root: remove it, or run as that user|cannot write in $TREE/build)\$" \
	as_server "$TREE/tools/check" layering

# A disk that is too small, which only root can make.
rmdir build
mkdir build
for size in 1 80; do
	if ! unshare --mount mount -t tmpfs -o size=${size}M none build 2>/dev/null; then
		skip "a disk of $size MB: no right to mount one"
		continue
	fi
	breaks_off "a disk of $size MB" \
		"^(prefix: the copy of PostgreSQL|cluster: a server) needs [0-9]+ MB in $TREE/build, where [0-9]+ MB are free\$" \
		unshare --mount sh -c 'mount -t tmpfs -o size="$0"M none build && cp "$1/built-for" build && tools/demo' \
		"$size" "$PACL_FROM"
done

echo "1..$number"
