# shellcheck shell=bash
# tap.bash: what the tests of the tools share.  Sourced, never run.
#
# A test runs in a copy of the tree, the directory TREE.

set -uo pipefail
TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$TREE" || exit
number=0

# ok WHAT COMMAND...: one assertion, that the command succeeds.
ok()
{
	local what=$1

	shift
	number=$((number + 1))
	if "$@"; then say_tap "ok"; else
		say_tap "not ok"
		return 1
	fi
}

say_tap()
{
	printf '%s %d - %s\n' "$1" "$number" "$what"
}

# diagnose: what it reads, as diagnostic lines.
diagnose()
{
	sed 's/^/# /'
}

skip()
{
	number=$((number + 1))
	printf 'ok %d # skip %s\n' "$number" "$1"
}

# breaks_off WHAT SENTENCE COMMAND...: the command fails, and its last line
# matches the pattern SENTENCE.
breaks_off()
{
	local what=$1 sentence=$2 output status=0

	shift 2
	output=$("$@" 2>&1 </dev/null) || status=$?
	number=$((number + 1))
	if [ $status != 0 ] && tail -n 1 <<<"$output" | grep -qE "$sentence"; then
		say_tap "ok"
	else
		say_tap "not ok"
		diagnose <<<"$status $output"
	fi
}

# refuses WHAT SENTENCE COMMAND...: the command fails, with one line, which the
# pattern SENTENCE matches, and leaves nothing in the build directory.
refuses()
{
	local what=$1 sentence=$2 output status=0

	shift 2
	output=$("$@" 2>&1 </dev/null) || status=$?
	output=$(grep -vE '^make(\[[0-9]+\])?: ' <<<"$output" | grep .)
	number=$((number + 1))
	if [ $status != 0 ] && [ "$(wc -l <<<"$output")" = 1 ] && grep -qE "$sentence" <<<"$output" &&
		[ -z "$(find build/ -mindepth 1 -maxdepth 1 ! -name lock 2>/dev/null)" ]; then
		say_tap "ok"
	else
		say_tap "not ok"
		diagnose <<<"$status $output"
		find build/ -mindepth 1 -maxdepth 1 2>/dev/null | diagnose
	fi
}
