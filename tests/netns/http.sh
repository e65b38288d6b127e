# shellcheck shell=bash disable=SC2154 # for what lib.sh and topology.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP through the director, with nginx and curl. The URL / returns the backend's name, and
# /big a large file. A PUT to /up/ creates a file in $work/BACKEND/up.

big_size=$(often 5000000 1500000)

# nginx_conf BACKEND: print the configuration of a backend's nginx.
nginx_conf()
{
	local dir=$work/$1

	cat <<-END
		user root;
		daemon off;
		worker_processes 1;
		pid $dir/pid;
		error_log stderr warn;
		events { }
		http {
			access_log off;
			client_body_temp_path $dir/body;
			proxy_temp_path $dir/proxy;
			fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi;
			scgi_temp_path $dir/scgi;
			server {
				listen 80 backlog=4096;
				listen [::]:80 backlog=4096;
				root $dir;
				location = / { return 200 "$1\n"; }
				location = /big { alias $work/big; }
				location /up/ { dav_methods PUT; client_max_body_size 64m; }
			}
		}
	END
}

start_http()
{
	local backend

	head -c "$big_size" /dev/urandom >"$work/big"
	chmod 755 "$work"
	for backend in $backends; do
		mkdir -p "$work/$backend/up"
		nginx_conf "$backend" >"$work/$backend/conf"
		serve "$backend" nginx -e stderr -c "$work/$backend/conf"
	done
	await_backends 80
}

# get URL-PATH [OPTION...]: fetch a URL from $vip with curl, with further options.
get()
{
	on client curl -sS --max-time "$patience" "${@:2}" "http://$(host "$vip")/$1"
}

# mtu_errors: print how many ICMP errors about an MTU the client received.
mtu_errors()
{
	on client nstat -asz IcmpInDestUnreachs Icmp6InPktTooBigs |
		awk '/^Icmp/ { n += $2 } END { print n + 0 }'
}

# Have a rule change the GUE packets that arrive at backends, so that each is a copy. The end
# of a GUE tunnel changes outer headers in place, also for others that share the packet,
# such as packet sockets.
copy_tunnelled()
{
	local backend

	for backend in $backends; do
		must on "$backend" nft add rule netdev in packets udp dport 6080 ip ttl set 63
		must on "$backend" nft add rule netdev in packets udp dport 6080 ip6 hoplimit set 63
	done
}

# names COUNT: open that many connections, and print the names of the backends that answer.
names()
{
	get "?[1-$1]" -H "Connection: close"
}

received()
{
	warm "" "$tools/counters.py" show request packets b1 in b2 in b3 in
}

counts_agree()
{
	prints "$(received)" backend_counts packets
}

# check_requests TEXT: check a few small requests, and their counters.
check_requests()
{
	local count=30 seen total

	reset_counters
	names $count >"$work/names"
	check_eq "$1: $count requests are answered, all backends serve" "$count b1 b2 b3" \
		"$(wc -l <"$work/names") $(sort -u "$work/names" | xargs)"
	wait_for counts_agree
	seen=$(received)
	check_eq "$1: each backend received what dsrctl says" "$seen" "$(backend_counts packets)"
	total=$((${seen// / + }))
	check_eq "$1: these requests crossed the director, in and out" "$total $total" \
		"$(counter in director request packets) $(counter out director request packets)"
}

check_download()
{
	local crossed got

	reset_counters
	get big -o "$work/got"
	check "$1: a download arrives as it is" cmp "$work/big" "$work/got"
	crossed=$(counter in director request bytes)
	got=$(counter in client reply bytes)
	check_that "$1: the client received $got bytes, $crossed crossed the director" \
		"$got > big_size && crossed * 10 < got && crossed > 0"
}

check_upload()
{
	get up/big -T "$work/big"
	check_uploaded "$1"
}

check_uploaded()
{
	local name

	name=$(cd "$work" && echo b?/up/big)
	check "$1: an upload arrives as it is ($name)" cmp "$work/big" "$work/$name"
	rm -f "$work"/b?/up/big
}

# http_through METHOD 4|6 4|6 [KEYWORD VALUE]...: check HTTP through a service. The numbers
# are the families of VIP and backends, the keywords the options of the method, for both the
# director and the backends.
http_through()
{
	local vip=vip$2 text="$1, IPv$2 client, IPv$3 backends" service

	[ $# -lt 4 ] || text="$1, IPv$2 client, IPv$3 backends, ${*:4}"
	vip=${!vip}
	service=$(host "$vip"):80
	backends_setup "$1" "$vip" "$3" "${@:4}"
	must dsr service add tcp "$service" method "$1" "${@:4}"
	backends_add "$3" tcp "$service"
	check_requests "$text"
	check_download "$text"
	check_upload "$text"
	check_eq "$text: no reply crossed the director" "0 0" \
		"$(counter in director reply packets) $(counter out director reply packets)"
	must dsr service del tcp "$service"
}

# Check that the director neither has the VIPs as addresses nor forwards packets.
check_director()
{
	local addresses

	addresses=$(ip -n director -brief address)
	check_not "the director does not have the VIPs" grep -E "$vip4|$vip6" <<<"$addresses"
	check_eq "the director does not forward packets" "0 0" \
		"$(on director cat /proc/sys/net/ipv4/ip_forward \
			/proc/sys/net/ipv6/conf/all/forwarding | xargs)"
}
