# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# Errors and output of dsr-backend.

usage()
{
	cat <<-'END'
		Usage: dsr-backend setup VIP --method METHOD [OPTION]... [--runtime]
		       dsr-backend check [VIP [--method METHOD [OPTION]...]] [--json] [--wire]
		                   [--port [PROTOCOL/]PORT] [--client ADDRESS] [--director ADDRESS]
		       dsr-backend undo VIP [OPTION]... [--runtime]
		       dsr-backend setup|undo --all [--runtime]
		       dsr-backend show
		METHOD := { l2 | ipip | gre | gue | dscp }
		OPTION := { --backend ADDRESS | --gre-key NUMBER | --outer-checksum { on | off } |
		            --outer-port PORT | --gue-variant { 0 | 1 } | --dscp NUMBER |
		            --mtu BYTES | --advmss { auto | off } | --director ADDRESS }
	END
}

# plain TEXT: print the text without control characters, which names of devices may have.
plain()
{
	echo "${1//[[:cntrl:]]/?}"
}

# Status 1: the command line or a file is wrong. Status 2: the machine refuses.
wrong()
{
	plain "Error: $where$1" >&2
	exit 1
}

refuse()
{
	plain "Error: $1" >&2
	exit 2
}

note()
{
	plain "Note: $1" >&2
}

# set_word TEXT: set word to the text as one word of a shell command.
set_word()
{
	word=$1
	[[ $1 =~ ^[][A-Za-z0-9._:/@%+=-]+$ ]] || word=${1@Q}
}

word()
{
	local word

	set_word "$1"
	echo "$word"
}

# set_json TEXT...: set json to each text as a JSON string.
set_json()
{
	json=("${@//\\/\\\\}")
	json=("${json[@]//\"/\\\"}")
	json=("${json[@]//[[:cntrl:]]/?}")
	json=("${json[@]/#/\"}")
	json=("${json[@]/%/\"}")
}
