# shellcheck shell=bash disable=SC2154 # work and tools are of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of the documentation, as they are printed there; see tools/docs.py.

documents="docs/network.md docs/backends.md docs/operation.md"

# take_commands: out of the documents; prints those that scenario docs runs.
take_commands()
{
	mkdir -p "$work/docs"
	# shellcheck disable=SC2086 # several words
	/usr/bin/python3 "$tools/docs.py" "$work/docs" $documents
}

# as_printed NODE NAME [LANGUAGE]: what the documents call so, on the node.
as_printed()
{
	local block=$work/docs/$2

	case ${3-sh} in
	sh) on "$1" bash -e "$block" ;;
	nft) on "$1" nft -f "$block" ;;
	*) echo "nothing runs $3" >&2; return 1 ;;
	esac
}
