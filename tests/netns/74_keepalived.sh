#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's keepalived with IPVS, and then with nf_dsr_ipvs, with the same configuration: servers
# die and come back while clients visit them. Both go through the same states, and clients see no
# more failures with nf_dsr_ipvs. So does the keepalived of Debian 13 with nf_dsr_ipvs.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/docs.sh
. "$here/docs.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"
# shellcheck source=tests/netns/keepalived.sh
. "$here/keepalived.sh"

# b4 says sorry.
backends="b1 b2 b3 b4"
vip=$vip4
shops="192.0.2.81 192.0.2.82 192.0.2.83"
# The hosts of the URLs that clients visit. The scheduler of the first one takes turns.
url=http://$vip/
visits=12
marked=8080
urls=("$url" "https://$vip/" http://192.0.2.82/ "http://$vip:$marked/" "http://[$vip6]/")

# checker LINE...: print a checker of a real server.
checker()
{
	local line

	printf '\t%s {\n' "$1"
	for line in "${@:2}"; do
		printf '\t    %s\n' "$line"
	done
	printf '\t}\n'
}

# real NODE 4|6 PORT LINE...: print a real server. The standard input has its checkers.
real()
{
	printf '    real_server %s %s {\n' "$(address "$1" "$2")" "$3"
	printf '\t%s\n' "${@:4}"
	cat
	echo "    }"
}

# virtual NAME LINE...: print a virtual server. The standard input has its real servers.
virtual()
{
	echo "virtual_server $1 {"
	printf '    %s\n' "delay_loop 0.7" "retry 1" "delay_before_retry 0.2" \
		"connect_timeout 10" "warmup 0" "${@:2}"
	cat
	echo "}"
}

# conf: print the configuration. A real server of the virtual server for a mark has no port. Without
# router_id, keepalived asks the DNS for the machine's name before it starts, and waits 5 seconds.
conf()
{
	local url node

	url=$'url {\n\t\tpath /\n\t\tstatus_code 200\n\t    }'
	cat <<-END
		global_defs {
		    router_id director
		    script_user root
		    enable_script_security
		}
		virtual_server_group shops {
		    192.0.2.81 80
		    192.0.2.82-83 80
		}
	END
	for node in b1 b2 b3; do
		checker HTTP_GET "$url" | real $node 4 80 "weight 2"
	done | virtual "$vip 80" "lvs_sched wrr" "lvs_method DR" "protocol TCP" "quorum 4" \
		"hysteresis 2" "sorry_server $(address b4 4) 80"
	for node in b1 b2; do
		checker SSL_GET "$url" | real $node 4 443 "weight 1"
	done | virtual "$vip 443" "lvs_sched rr" "lvs_method TUN" "protocol TCP" \
		"persistence_timeout 50" "persistence_granularity 255.255.255.0" inhibit_on_failure
	for node in b1 b2; do
		checker UDP_CHECK "payload 6869" require_reply |
			real $node 4 53 "weight 3" "uthreshold 100" "lthreshold 50"
	done | virtual "$vip 53" "lvs_sched wlc" "lvs_method TUN type ipip" "protocol UDP" ops
	for node in b1 b2; do
		checker TCP_CHECK | real $node 4 80 "weight 1"
	done | virtual "group shops" "lvs_sched mh" mh-port "lvs_method DR" "protocol TCP"
	for node in b1 b2; do
		checker MISC_CHECK "misc_path \"/usr/bin/test -e $work/$node.on\"" "misc_timeout 10" |
			real $node 4 "" "weight 1"
	done | virtual "fwmark 5" "lvs_sched sh" "lvs_method DR"
	for node in b1 b2; do
		checker TCP_CHECK | real $node 6 80 "weight 1"
	done | virtual "$vip6 80" "lvs_sched lc" "lvs_method DR" "protocol TCP"
}

# state: print the services and their real servers, without the title and the counters.
state()
{
	local words

	on director ipvsadm -Ln | while read -ra words; do
		case ${words[0]} in
		TCP|UDP|FWM) echo "${words[*]}" ;;
		"->") [ "${words[3]}" = Weight ] || echo "${words[*]:0:4}" ;;
		esac
	done
}

# listed SERVICE METHOD PORT WEIGHT NODE...: print what ipvsadm lists of a service.
listed()
{
	local node

	echo "$1"
	for node in "${@:5}"; do
		echo "-> ${at[${node%:*}/${family-4}]}:$3 $2 ${4:-${node#*:}}"
	done
}

# expected HTTP TLS DNS SHOPS MARK: print the state with these real servers, a list for each
# virtual server. Those of TLS are NODE:WEIGHT.
# shellcheck disable=SC2086 # several words
expected()
{
	local shop family weight=2

	[ "$1" != b4 ] || weight=1
	listed "TCP $vip:80 wrr" Route 80 $weight $1
	listed "TCP $vip:443 rr persistent 50 mask 255.255.255.0" Tunnel 443 "" $2
	for shop in $shops; do
		listed "TCP $shop:80 mh (mh-port)" Route 80 1 $4
	done
	listed "UDP $vip:53 wlc ops" Tunnel 53 3 $3
	family=6
	listed "TCP [$vip6]:80 lc" Route 80 1 $4
	unset family
	listed "FWM 5 sh" Route 0 1 $5
}

# reaches TEXT LIST...: wait until the real servers are those, see expected.
reaches()
{
	wait_eq "$ipvs: $1" "$(expected "${@:2}")" state
}

# servers on|off NODE...: start or stop the nodes' web servers.
servers()
{
	local node

	for node in "${@:2}"; do
		if [ "$1" = on ]; then
			serve "$node" nginx -e stderr -c "$work/$node/conf"
		else
			kill "$(<"$work/$node/pid")"
		fi
	done
	[ "$1" = off ] || for node in "${@:2}"; do
		must wait_for listens "$node" 443
	done
}

# resolver NODE on|off: start or stop the node's server for UDP.
resolver()
{
	if [ "$2" = on ]; then
		serve "$1" "$tools/echo.py" 53 "$vip" "$(address "$1" 4)" "$1"
		resolvers[$1]=${servers[-1]}
	else
		kill "${resolvers[$1]}"
	fi
}

# tls_conf NODE: print the configuration of a web server, which also serves TLS.
tls_conf()
{
	local more="listen 443 ssl; listen [::]:443 ssl; listen $marked;"

	more+=" ssl_certificate $work/cert; ssl_certificate_key $work/key;"
	nginx_conf "$1" | sed "s|listen 80 .*|& $more|"
}

start_servers()
{
	local node shop

	must openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test \
		-keyout "$work/key" -out "$work/cert"
	chmod 755 "$work"
	for node in $backends; do
		mkdir -p "$work/$node/up"
		tls_conf "$node" >"$work/$node/conf"
		for shop in $shops; do
			echo "address add $shop/32 dev lo"
		done | ip -n "$node" -batch -
	done
	# shellcheck disable=SC2086 # several words
	servers on $backends
	declare -gA resolvers
	for node in b1 b2; do
		resolver $node on
		touch "$work/$node.on"
	done
}

# fetch N URL...: have the client visit, and count the failures.
fetch()
{
	local answers

	answers=$(warm client "$tools/visits.py" "$@")
	echo "# $ipvs: ${answers//$'\n'/$'\n# '}"
	failures=$((failures + ${answers%%$'\n'*}))
}

# unseen COMMAND...: run a command, then have clients visit before keepalived can notice what it
# changed. So the number of visits that fail does not depend on the time.
unseen()
{
	local checkers

	checkers=$(<"$work/director.checkers")
	kill -STOP "$checkers"
	"$@"
	fetch $visits "$url"
	kill -CONT "$checkers"
}

# settled: have clients visit everything, in a state that keepalived knows of. With nf_dsr nobody
# fails. Those that fail with IPVS are counted, and compared at the end.
settled()
{
	local before=$failures

	fetch $visits "$@"
	[ "$ipvs" = ip_vs ] || check_eq "$ipvs: no client fails" 0 $((failures - before))
}

# has_counted N: succeed if ipvsadm counts at least so many connections. IPVS adds them up each two
# seconds.
has_counted()
{
	on director ipvsadm -Ln --stats |
		awk -v least="$1" '/^(TCP|UDP|FWM)/ { n += $(NF - 4) } END { exit n < least }'
}

all_up=("b1 b2 b3" "b1:1 b2:1" "b1 b2" "b1 b2" "b1 b2")

begin()
{
	failures=0
	keepalived_run director "$work/keepalived.conf" --check
	reaches "all servers serve" "${all_up[@]}"
	settled "${urls[@]}"
	unseen servers off b1
	reaches "a web server dies" "b2 b3" "b1:0 b2:1" "b1 b2" "b2" "b1 b2"
	settled "$url" "http://192.0.2.83/" "http://[$vip6]/"
	fetch 4 "https://$vip/"
	check "$ipvs: ipvsadm counts their connections" wait_for has_counted 24
}

end()
{
	reaches "all are back" "${all_up[@]}"
	settled "${urls[@]}"
	keepalived_stop director
	check_eq "$ipvs: keepalived takes its services away" "" "$(state)"
}

# Take the servers through life and death.
go_through()
{
	begin
	unseen servers off b2
	reaches "a second one: one is enough" "b3" "b1:0 b2:0" "b1 b2" "" "b1 b2"
	settled "$url"
	unseen servers off b3
	resolver b1 off
	rm "$work/b2.on"
	reaches "without any, another one says sorry" "b4" "b1:0 b2:0" "b2" "" "b1"
	settled "$url"
	unseen servers on b1 b2
	resolver b1 on
	touch "$work/b2.on"
	reaches "two are not yet enough again" "b4" "b1:1 b2:1" "b1 b2" "b1 b2" "b1 b2"
	settled "$url" "http://192.0.2.82/" "http://$vip:$marked/" "http://[$vip6]/"
	unseen servers on b3
	end
}

# Let one of them die and come back.
go_through_little()
{
	begin
	servers on b1
	end
}

# fake_systemctl: have "systemctl stop|start keepalived" control the director's keepalived.
fake_systemctl()
{
	local here_functions

	here_functions=$(declare -p work patience keepalived; declare -f keepalived_run keepalived_stop no_keepalived \
		wait_for must capture not_ok comment)
	mkdir -p "$work/bin"
	cat >"$work/bin/systemctl" <<-END
		#!/bin/bash
		$here_functions
		case \$1 in
		start) keepalived_run director "$work/keepalived.conf" --check ;;
		stop) keepalived_stop director ;;
		esac
	END
	chmod +x "$work/bin/systemctl"
}

# check_migration: move the director from IPVS to nf_dsr and back by the commands of the
# documentation.
check_migration()
{
	local -x PATH=$work/bin:$PATH

	take_commands >/dev/null
	fake_systemctl
	install_example
	use_ipvs ip_vs
	systemctl start keepalived
	reaches "before the migration" "${all_up[@]}"
	check "the commands for the migration succeed" as_printed director to-nf-dsr-ipvs
	reaches "after it" "${all_up[@]}"
	check "by nf_dsr_ipvs" test -e /sys/module/nf_dsr_ipvs
	settled "$url" "https://$vip/" "http://192.0.2.82/"
	check_that "nf_dsr counts the packets" "$(service_sum packets) > 24"
	check "the commands for the way back succeed" as_printed director back-to-ipvs
	reaches "then" "${all_up[@]}"
	check "by IPVS" test -e /sys/module/ip_vs
	settled "$url" "https://$vip/" "http://192.0.2.82/"
	systemctl stop keepalived
}

declare -A at
for node in $backends; do
	at[$node/4]=$(address "$node" 4)
	at[$node/6]="[$(address "$node" 6)]"
done
topology l2
route_to_director 192.0.2.0/24
for address in "$vip" $shops; do
	must ip -n director address add "$address/32" dev lo
done
must ip -n director address add "$vip6/128" dev lo nodad
must on director nft -f - <<-END
	table inet marks {
	chain raw {
		type filter hook prerouting priority raw
		tcp dport $marked meta mark set 5
	}
	}
END
backends_setup l2 "$vip6" 6
backends_setup ipip "$vip" 4
start_servers
conf >"$work/keepalived.conf"
declare -A failed_with
for ipvs in $both_ipvs; do
	use_ipvs "$ipvs"
	go_through
	failed_with[$ipvs]=$failures
done
comment <<<"failures: $(declare -p failed_with)"
check_that "clients fail ${failed_with[ip_vs]} times with IPVS, ${failed_with[$ours]} with nf_dsr_ipvs" \
	"${failed_with[$ours]} <= ${failed_with[ip_vs]}"
check_that "some fail before keepalived knows" "${failed_with[ip_vs]} > 0"
keepalived_of trixie
ipvs="Debian 13's keepalived, $ours"
go_through_little
keepalived=(keepalived)
[ "$ours" != nf_dsr_ipvs ] || check_migration
must wait_for unload_ipvs
