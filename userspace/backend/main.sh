# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line.

# allow COMMAND WORD...: refuse options that the command does not have.
allow()
{
	local command=$1 name

	shift
	for name in "${!o[@]}" "${!flag[@]}"; do
		[[ $name = vip || " $* " = *" $name "* ]] || wrong "dsr-backend $command has no option --$name"
	done
}

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--json|--wire|--runtime|--all) flag[${1#--}]=yes; shift ;;
		-j) flag[json]=yes; shift ;;
		--?*)
			[ $# -gt 1 ] || wrong "$1 needs a value"
			set_option "${1#--}" "$2"
			shift 2
			;;
		*)
			[ -z "${o[vip]-}" ] || wrong "\"$1\" is one word too many; the VIP is ${o[vip]}"
			o[vip]=$1
			shift
			;;
		esac
	done
}

main()
{
	local command=${1-}

	case $command in
	setup|check|undo|show) shift ;;
	help|-h|--help) usage; return ;;
	"") usage >&2; exit 1 ;;
	*) wrong "unknown command \"$command\"; expected setup, check, undo, show or help" ;;
	esac
	parse "$@"
	case $command in
	setup) allow setup "${fields[@]}" runtime all ;;
	check) allow check "${fields[@]}" json wire port client ;;
	undo) allow undo "${fields[@]}" runtime all ;;
	show) allow show ;;
	esac
	[[ $command = @(check|show) || -n ${o[vip]-} || -n ${flag[all]-} ]] || wrong "which VIP? or --all"
	[[ -z ${flag[all]-} || ${#o[@]} -eq 0 ]] || wrong "--all stands alone, or with --runtime"
	[[ $command != show || ${#o[@]} -eq 0 ]] || wrong "dsr-backend show takes no argument"
	"cmd_$command"
}

main "$@"
