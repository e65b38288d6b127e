# shellcheck shell=bash disable=SC2154 # work and tools are of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Run the commands of the documentation as they are printed there; see tools/docs.py.

documents="README.md docs/tutorial.md docs/configuration.md docs/backends.md docs/network.md
	docs/operation.md docs/migration.md docs/troubleshooting.md docs/features.md docs/performance.md
	docs/structure.md"

# take_commands: extract the commands from the documents to $work/docs. Print the blocks
# that scenario docs runs.
take_commands()
{
	mkdir -p "$work/docs"
	cat >"$work/around" <<-'END'
		# Debug kernels have all but nf_dsr built in.
		modprobe()
		{
			[[ "$*" == *nf_dsr* ]] || [ ! -e /sys/kernel/debug/kmemleak ] || return 0
			command modprobe "$@"
		}
		sudo()
		{
			"$@"
		}
	END
	# shellcheck disable=SC2086 # several words
	/usr/bin/python3 "$tools/docs.py" "$work/docs" $documents
}

# as_printed_endless NODE FILE: run a block that never ends. Succeed if it still runs after
# 2 seconds.
as_printed_endless()
{
	local status=0

	on "$1" timeout 2 bash -e "$2" || status=$?
	[ $status -eq 124 ]
}

# as_printed NODE NAME [LANGUAGE]: run the documents' block of this name on the node.
as_printed()
{
	local block=$work/docs/$2
	local -x DSR_BACKEND_STATE=$work/$1.run DSR_BACKEND_CONF=$work/$1.d

	case ${3-sh} in
	sh) BASH_ENV=$work/around on "$1" bash -e "$block" ;;
	nft) on "$1" nft -f "$block" ;;
	endless) as_printed_endless "$1" "$block" ;;
	*) echo "nothing runs $3" >&2; return 1 ;;
	esac
}
