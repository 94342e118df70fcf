# shellcheck shell=bash
# pooler.sh: a PgBouncer of our own and npm's packages, for what is tested and shown
# behind one.  Sourced after common.sh, never run.

free_port()
{
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

random_password()
{
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# npm_packages FROM TO [OPTION...]: what FROM/package-lock.json lists, in
# TO/node_modules.  What is there already is left alone; false if npm brings nothing.
npm_packages()
{
	local from=$1 to=$2

	shift 2
	mkdir -p "$to"
	if [ "$(cat "$from/package.json" <(say "$*"))" = "$(cat "$to/installed" 2>/dev/null)" ] &&
		[ -d "$to/node_modules" ]; then return 0; fi
	rm -rf "$to/node_modules"
	cp "$from"/package*.json "$to"
	if (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund "$@") >"$to/npm.log" 2>&1; then
		cat "$from/package.json" <(say "$*") >"$to/installed"
	else
		rm -rf "$to/node_modules"
		say "    npm brings nothing (see ${to#"$TREE"/}/npm.log)"
		return 1
	fi
}

# stop_pooler DIRECTORY: only if it is ours; a number of a program that was
# killed may be another's.
stop_pooler()
{
	local pid

	if pid=$(cat "$1/pid" 2>/dev/null) &&
		tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$1/pgbouncer.ini"; then
		kill "$pid" 2>/dev/null || true
	fi
	rm -rf "$1"
}

# start_pooler DIRECTORY PORT USERS PASSWORD [SETTING...]: a PgBouncer in transaction
# mode before the server that the environment names, or what POOLED says, for programs of
# this machine that know the password.
start_pooler()
{
	local directory=$1 port=$2 users=$3 password=$4 user

	shift 4
	mkdir -m 700 "$directory"
	cat >"$directory/pgbouncer.ini" <<-END
		[databases]
		${POOLED:-* = host=$PGHOST port=$PGPORT}
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $port
		unix_socket_dir =
		auth_type = md5
		auth_file = $directory/users
		pool_mode = transaction
		max_client_conn = 200
		ignore_startup_parameters = extra_float_digits
		logfile = $directory/log
		pidfile = $directory/pid
	END
	printf '%s\n' "$@" >>"$directory/pgbouncer.ini"
	for user in $users; do printf '"%s" "%s"\n' "$user" "$password"; done >"$directory/users"
	[ -z "$SERVER_USER" ] || chown -R "$SERVER_USER" "$directory"
	as_server pgbouncer -d -q "$directory/pgbouncer.ini" 3>&- 9>&-
}
