#!/bin/bash
# With everything but this tree, /tmp and the devices read-only, the tools do
# all that they do: they write nowhere else.

. "$(dirname "$0")/tap.bash"

rm -rf build
mkdir build
cp "$PACL_FROM/built-for" build

if ! unshare --mount true 2>/dev/null; then
	echo "1..0 # skip no right to make file systems read-only"
	exit
fi

# alone COMMAND...: runs it where nothing else can be written.
alone()
{
	unshare --mount bash -c '
		mount --make-rprivate / && mount --bind "$0" "$0" && mount --bind /tmp /tmp || exit
		while read -r _ _ _ _ point _; do
			case $point in
			"$0" | /tmp | /dev | /dev/* | /proc | /proc/*) ;;
			*) mount -o remount,bind,ro "$point" 2>/dev/null ;;
			esac
		done <<<"$(cat /proc/self/mountinfo)"
		cd "$0" && exec "$@"' "$TREE" "$@" >alone.log 2>&1 </dev/null
}

ok "the file systems are read-only" eval '! alone touch /usr/include/x && grep -q "Read-only" alone.log'
TESTS="identity foreign_lock rights notify"
export TESTS
for command in "make demo" "make demo-stop" "make docs PAGES=README.md" "tools/check regress isolation pgtap tap"; do
	# shellcheck disable=SC2086		# words of a command
	ok "$command" alone $command || sed 's/^/# /' alone.log
done
ok "make clean" alone make clean
ok "nothing is left in the build directory" test ! -e build

echo "1..$number"
