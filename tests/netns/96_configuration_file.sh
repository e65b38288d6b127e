#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A configuration file: it takes effect as a whole and keeps flows, changes by hand are seen, an
# unconfirmed change is undone, and a command that is killed leaves old or new. UNCONFIRMED and
# KILLS are how often the last two happen.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

state=/var/lib/nf_dsr/netns/director

# file WEIGHT [TIMEOUT]: write the configuration file. b1 has the weight.
file()
{
	cat >"$work/file.yaml" <<-END
		version: 1
		defaults:
		  service: {seed: 7, timeout: {tcp: ${2-600}}}
		pools:
		  - name: web
		    backends:
		      - {address: $(address b1 4), name: b1, weight: $1}
		      - {address: $(address b2 4), name: b2}
		services:
		  - match: tcp $vip4:80
		    name: shop
		    pool: web
		  - match: tcp $vip4:81
		    pool: web
	END
}

weight()
{
	dsr -j backend show tcp "$vip4:80" "$(address b1 4)" | jq '.[0].weight'
}

timeout_tcp()
{
	dsr -j service show tcp "$vip4:$1" | jq '.[0].timeouts.tcp'
}

# get: print curl's exit status and the HTTP status.
get()
{
	local code

	code=$(on client curl -s -o /dev/null --max-time "$patience" -w '%{http_code}' \
		"http://$vip4/")
	echo "$? $code"
}

# different: print what "diff" says, and its exit status.
different()
{
	dsr diff "$work/file.yaml" 2>&1
	echo "status $?"
}

# status COMMAND...: print the exit status.
status()
{
	"$@" >/dev/null 2>&1
	echo $?
}

check_apply()
{
	local before

	file 1
	check_eq "a new file differs" 3 "$(status dsr diff "$work/file.yaml")"
	check "it is applied" dsr apply "$work/file.yaml"
	check_eq "then it does not differ" "status 0" "$(different)"
	check_eq "clients are served" "0 200" "$(get)"
	before=$(generation)
	check_eq "a second time sends nothing" "" "$(dsr apply "$work/file.yaml" 2>&1)"
	check_eq "so the generation stays" "$before" "$(generation)"
	dsr -j flow show >"$work/flows"
	check_that "there is a flow" "$(jq length "$work/flows") > 0"
	file 5
	check_eq "--dry-run shows the change" \
		"~ backend $(address b1 4) (b1) of service tcp $vip4:80 (shop)" \
		"$(dsr apply "$work/file.yaml" --dry-run | head -n 1)"
	check_eq "and changes nothing" 1 "$(weight)"
	check "the change is applied" dsr apply "$work/file.yaml"
	check_eq "and is there" 5 "$(weight)"
	check_that "as one transaction" "$(generation) == $before + 1"
	check_eq "flows stay" "$(jq -S 'map(del(.idle, .expires))' "$work/flows")" \
		"$(dsr -j flow show | jq -S 'map(del(.idle, .expires))')"
	dsr export >"$work/export.yaml"
	check_eq "an export has nothing to apply" "" "$(dsr apply "$work/export.yaml" 2>&1)"
	check_eq "and has the names" "shop" \
		"$(sed -n 's/^  name: //p' "$work/export.yaml")"
}

# Metrics and events have the names of the file.
check_names()
{
	local monitor

	file 5
	must dsr apply "$work/file.yaml"
	check_eq "metrics have the names of the file" \
		'service="shop",backend="b2",proto="tcp"' \
		"$(dsr metrics | sed -n 's/^nf_dsr_backend_weight{\(.*\)} 1$/\1/p' | head -n 1)"
	dsrctl -n director -j monitor >"$work/events" &
	monitor=$!
	check "a monitor listens" wait_for grep -q ready "$work/events"
	file 6
	must dsr apply "$work/file.yaml"
	check "events have them, too" wait_for jq -es 'any(.name == "b1" and .weight == 6)' \
		"$work/events"
	kill $monitor
	wait $monitor 2>/dev/null
}

check_hand()
{
	must dsr apply "$work/file.yaml"
	must dsr backend change tcp "$vip4:80" "$(address b2 4)" state drain
	must dsr service change tcp "$vip4:80" timeout tcp 60
	check_eq "changes by hand are named" \
		"~ service tcp $vip4:80 (shop)
    ~ timeout tcp 60 -> 600: was changed by hand
= backend $(address b2 4) (b2) of service tcp $vip4:80 (shop)
    = state drain: set by hand and kept (the file: active)
status 3" "$(different)"
	check_eq "in JSON, too" '["change","timeout tcp","keep","state"]' \
		"$(dsr -j diff "$work/file.yaml" | jq -c '[.[] | .action, (.options | keys[])]')"
	must dsr apply "$work/file.yaml"
	check_eq "apply repairs, but keeps the drained backend" "600 drain" "$(timeout_tcp 80) $(
		dsr -j backend show tcp "$vip4:80" "$(address b2 4)" | jq -r '.[0].state')"
	check "--reset-overrides takes it back" dsr apply "$work/file.yaml" --reset-overrides
	check_eq "then nothing differs" "status 0" "$(different)"
}

check_refusals()
{
	local before

	before=$(dsr save)
	sed -i 's/weight/weihgt/' "$work/file.yaml"
	check_eq "a file with an error is refused" 1 "$(status dsr apply "$work/file.yaml")"
	check_eq "with its place" "$work/file.yaml:7:40: " \
		"$(dsr check "$work/file.yaml" 2>/dev/null | sed -n '1s/"weihgt".*//p')"
	check_eq "in JSON, too" '[[7,40]]' \
		"$(dsr -j check "$work/file.yaml" 2>/dev/null | jq -c 'map([.line, .column])')"
	file 9
	printf '  - match: tcp %s:82\n    backends: [{address: 255.255.255.255}]\n' "$vip4" \
		>>"$work/file.yaml"
	check_eq "without -n the file is that of the namespace" "$(dsr -j history)" \
		"$(on director dsrctl -j history)"
	check_eq "what the kernel refuses has a place, too" "$work/file.yaml:16: " \
		"$(dsr apply "$work/file.yaml" 2>&1 | sed -n '1s/:16: .*/:16: /p')"
	check_eq "its status is 2" 2 "$(status dsr apply "$work/file.yaml")"
	check_eq "and nothing has changed" "$before" "$(dsr save)"
	check_eq "it is not in the history" "" "$(grep -l ':82' $state/*.yaml)"
}

pending_is_over()
{
	[ ! -e $state/pending ]
}

# Apply a change from a terminal that goes away, and do not confirm it.
check_unconfirmed()
{
	local before

	file 1
	must dsr apply "$work/file.yaml"
	must dsr backend change tcp "$vip4:81" "$(address b2 4)" state drain
	before=$(dsr save)
	file 8
	terminal "dsrctl -n director apply $work/file.yaml --confirm 3"
	check_eq "a change with --confirm is in effect" 8 "$(weight)"
	check_eq "another file is refused meanwhile" 1 "$(status dsr apply "$work/file.yaml")"
	check "the time passes" wait_for pending_is_over
	check_eq "the kernel has what it had" "$before" "$(dsr save)"
	check_eq "so has the history" 1 "$(dsr -j history |
		jq -r '.[] | select(.state == "applied").file' | xargs sed -n 's/.*weight: \(.\).*/\1/p')"

	must dsr apply "$work/file.yaml" --confirm 60
	check "a change is confirmed" dsr confirm
	check_eq "and not undone" "8 1" "$(weight) $(status dsr rollback)"
	must dsr flush
	rm "$work/file.yaml"
	check "the confirmed file is restored" dsr restore
	check_eq "it has the change" 8 "$(weight)"
	check "an older file is applied again" dsr rollback \
		"$(dsr -j history | jq 'map(select(.state == null))[0].number')"
}

# terminal COMMAND: run the command in a terminal that goes away then.
terminal()
{
	script -qec "$1; kill -HUP \$\$" /dev/null >/dev/null 2>&1 </dev/null
}

# Let many changes pass unconfirmed. Each is made and undone, which is two generations.
check_unconfirmed_often()
{
	local n many=${UNCONFIRMED-3} before generation undone=0

	before=$(dsr save)
	for ((n = 1; n <= many; n++)); do
		file $((n + 20))
		generation=$(generation)
		terminal "dsrctl -n director apply $work/file.yaml --confirm 1"
		wait_for pending_is_over
		[ "$(generation) $(dsr save)" != "$((generation + 2)) $before" ] ||
			undone=$((undone + 1))
	done
	check_eq "$many unconfirmed changes are undone" "$many" "$undone"
}

# Kill the command at random moments. The kernel has one file or the other, and so has the
# state, which the next command reads.
check_killed()
{
	local n many=${KILLS-40} mixed=0 seen

	file 2 500
	cp "$work/file.yaml" "$work/a.yaml"
	file 3 700
	cp "$work/file.yaml" "$work/b.yaml"
	must dsr apply "$work/a.yaml"
	for ((n = 1; n <= many; n++)); do
		dsrctl -n director apply "$work/$([ $((n % 2)) -eq 0 ] && echo a || echo b).yaml" \
			>/dev/null 2>&1 &
		sleep "0.0$((RANDOM % 10))"	# to no event, but to a random moment
		kill -KILL $! 2>/dev/null
		wait $! 2>/dev/null
		seen="$(weight) $(timeout_tcp 80) $(timeout_tcp 81)"
		[ "$seen" = "2 500 500" ] || [ "$seen" = "3 700 700" ] || mixed=$((mixed + 1))
		dsr history >/dev/null || mixed=$((mixed + 1))
	done
	check_eq "killed $many times: old or new" 0 $mixed
	check "and the next one is applied" dsr apply "$work/a.yaml"
	check_eq "as a whole" "2 500 500" "$(weight) $(timeout_tcp 80) $(timeout_tcp 81)"
}

# The values that the kernel gives new objects are those that dsrctl leaves out.
check_initial()
{
	must dsr service add tcp "$vip4:80" seed 5
	must dsr backend add tcp "$vip4:80" "$(address b1 4)"
	check_eq "an export has no initial values" "version: 1
defaults:
  service:
    seed: 5
services:
- match: tcp $vip4:80
  backends:
  - address: $(address b1 4)" "$(dsr export | sed '/^devices:/d')"
	must dsr flush
}

# imported KIND FILE: print the exit statuses of importing, applying and comparing.
imported()
{
	local options=()

	case $1 in
	keepalived) options=(--config-id main) ;;
	dsr.conf) options=(--backend 10.1.1.51 --backend 2001:db8:1::51) ;;
	esac
	status dsr import "$1" "$2" "${options[@]}" -o "$work/file.yaml" --report "$work/report"
	status dsr apply "$work/file.yaml"
	status dsr diff "$work/file.yaml"
}

# The kernel accepts what becomes of the files of the unit tests.
check_imports()
{
	local file kind expected n=0

	for file in "$here"/../unit/import/*/*.conf; do
		kind=$(basename "$(dirname "$file")")
		expected=$(sed -n 's/^# exit status //p' "${file%.conf}.golden")
		check_eq "an import of $kind/${file##*/} is accepted" "$expected 0 0" \
			"$(imported "$kind" "$file" | paste -sd ' ')"
		n=$((n + 1))
	done
	check_that "there are such files" "$n > 10"
	must dsr flush
}

topology l2
start_http
backends_setup l2 "$vip4" 4
check_initial
check_apply
check_names
check_hand
check_refusals
check_unconfirmed
check_unconfirmed_often
check_killed
check_imports
