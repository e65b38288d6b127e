#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A director and a backend that have nothing but the Debian packages: installation, upgrade and
# removal, with traffic. tests/packages/run builds the packages and runs this.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/../netns/lib.sh"
# shellcheck source=tests/packages/dsrd.sh
. "$(dirname "$0")/dsrd.sh"

packages=$here/../../build/packages
backends=b1
# Those of the packages come before those of the checkout.
PATH=/usr/sbin:$PATH
export DEBIAN_FRONTEND=noninteractive
# dpkg would have the index of the host's manual pages built three times.
rm -f /var/lib/man-db/auto-update

# all old|new: print the files of the packages.
all()
{
	ls "$packages/$1"/nf-dsr-{dkms,utils,backend}_*.deb
}

# version_of old|new: print the version of the packages.
version_of()
{
	dpkg-deb -f "$(all "$1" | head -n 1)" Version
}

# start_systemd: run a systemd on the director, in a PID namespace of its own, whose only units
# are those of the packages and what they refer to.
start_systemd()
{
	local target

	# Containers have a policy that no package may start a service. systemd would run its
	# generators, which look for units of the host, each time that a package comes or goes.
	rm -rf /etc/systemd/system/* /usr/sbin/policy-rc.d /lib/systemd/system-generators
	mkdir -p "$work/units" /run/systemd/system
	for target in default sysinit basic network network-online multi-user shutdown; do
		printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' $target >"$work/units/$target.target"
	done
	cp /lib/systemd/system/modprobe@.service "$work/units"
	ln -s /lib/systemd/system/{nf_dsr,dsrd,dsr-backend}.service "$work/units"
	cat >"$work/init" <<-END
		#!/bin/bash
		umount -R /sys/fs/cgroup 2>/dev/null
		mount -t cgroup2 none /sys/fs/cgroup
		export container=other SYSTEMD_UNIT_PATH=$work/units:/etc/systemd/system
		exec /lib/systemd/systemd --system --unit=default.target --show-status=no
	END
	chmod +x "$work/init"
	on director unshare --fork --pid --mount-proc --mount --cgroup "$work/init" >"$work/systemd.log" 2>&1 &
	wait_for set_init || exit
	must wait_for inside systemctl is-active default.target
}

# set_init: set init to the number of its first process, once it listens.
set_init()
{
	init=$(pgrep -o -x systemd) && [ -S /run/systemd/private ]
}

# inside COMMAND...: run a command where this systemd runs.
inside()
{
	nsenter -t "$init" --pid --mount --net -- "$@"
}

# state: print the state of the director's unit.
state()
{
	inside systemctl show --property=ActiveState,Result --value nf_dsr.service | xargs
}

check_versions()
{
	local version

	version=$(version_of "$1")
	check_eq "$2: dsrctl is of version $version" "dsrctl $version" "$(dsrctl -V)"
	check_eq "$2: DKMS has this version alone" "nf-dsr/$version: added" "$(dkms status)"
	check_eq "$2: and its source" "nf-dsr-$version" "$(cd /usr/src && echo nf-dsr-*)"
}

# answered: succeed if the open connection and a new one are answered by b1.
answered()
{
	local line

	echo "over the old connection" >&"${stream[1]}"
	read -r -t "$patience" line <&"${stream[0]}"
	[ "$line" = "over the old connection" ] || return
	[ "$(echo "over a new one" | on client socat -t "$patience" - "TCP:$vip4:90")" = "over a new one" ]
}

# request: make requests until something is written to the FIFO $work/enough; print how many of
# them were not answered. Without the pause, the requests would take half of the processor from the
# upgrade.
request()
{
	local failed=0 enough

	exec {enough}<>"$work/enough"
	while
		[ "$(echo request | on client socat -t "$patience" - "TCP:$vip4:90")" = request ] ||
			failed=$((failed + 1))
		! read -r -t 0.2 -u "$enough"
	do
		:
	done
	echo "$failed of some" >"$work/failed"
}

# invocation: print what is different each time that the director's unit starts.
invocation()
{
	inside systemctl show --property=InvocationID --value nf_dsr.service
}

check_configuration()
{
	check "dsr-backend makes b1 a backend" on b1 dsr-backend setup "$vip4" --method l2
	cat >/etc/nf_dsr/nf_dsr.yaml <<-END
		version: 1
		services:
		  - match: tcp $vip4:90
		    backends: [{address: $(address b1 4)}]
	END
	check_eq "the unit runs, although there is no configuration" "success active" "$(state)"
	check_eq "and at boot" enabled "$(inside systemctl is-enabled nf_dsr.service)"
	check "reloading it applies the file" inside systemctl reload nf_dsr.service
	on director dsrctl export >"$work/applied"
	check "which has the service" grep -qF "$vip4:90" "$work/applied"
	check "stopping the unit" inside systemctl stop nf_dsr.service
	check_eq "leaves the services" "$(cat "$work/applied")" "$(on director dsrctl export)"
	must on director dsrctl flush
	check "starting it, as at boot" inside systemctl start nf_dsr.service
	check_eq "gives them back" "$(cat "$work/applied")" "$(on director dsrctl export)"
	echo "services: 1" >>/etc/nf_dsr/nf_dsr.yaml
	check_not "reloading a file with errors fails" inside systemctl reload nf_dsr.service
	check_eq "and changes nothing" "active $(cat "$work/applied")" \
		"$(inside systemctl is-active nf_dsr.service) $(on director dsrctl export)"
}

check_upgrade()
{
	local pid

	mkfifo "$work/enough"
	request &
	pid=$!
	# shellcheck disable=SC2046 # several words
	check "$1" inside dpkg -i $(all new)
	echo 1<>"$work/enough"
	wait $pid
	check_eq "$1: each request meanwhile was answered" "0 of some" "$(cat "$work/failed")"
}

# gone PATH...: succeed if nothing is there.
gone()
{
	local path

	for path in "$@"; do
		[ ! -e "$path" ] || { echo "$path is there"; return 1; }
	done
}

# there PATH...: succeed if all is there.
there()
{
	local path

	for path in "$@"; do
		[ -e "$path" ] || { echo "$path is missing"; return 1; }
	done
}

topology l2
serve b1 socat TCP4-LISTEN:90,fork,reuseaddr EXEC:cat
await_backends 90
start_systemd
# shellcheck disable=SC2046 # several words
check "the packages are installed" inside dpkg -i $(all old)
check_versions old "installed"
check "the manual pages are installed" \
	there /usr/share/man/man{5/nf_dsr.yaml.5,7/nf_dsr.7,8/dsrctl.8,8/dsrd.8,8/dsr-backend.8}.gz
check "the example for modprobe is installed" \
	cmp "$here/../../packaging/modprobe.d/nf_dsr_ipvs.conf" \
	/usr/share/doc/nf-dsr-utils/examples/modprobe.d/nf_dsr_ipvs.conf
check_configuration
check_dsrd
on director dsrctl export >"$work/applied"
daemon=$(property MainPID)
coproc stream { on client socat - "TCP:$vip4:90"; }
check "clients are served" answered
reset_counters
started=$(invocation)
check_upgrade "upgrade"
check_that "upgrade: the requests crossed the director" "$(counter in director request packets) > 3"
check_versions new "upgrade"
check "upgrade: clients are served" answered
check_eq "upgrade: the configuration is the same" "$(cat "$work/applied")" "$(on director dsrctl export)"
check_eq "upgrade: the history is there" 4 "$(inside dsrctl -j history | jq length)"
check_eq "upgrade: the unit runs" "success active" "$(state)"
check_eq "upgrade: it was not started again" "$started" "$(invocation)"
check_not "upgrade: dsrd is another process" [ "$daemon" = "$(property MainPID)" ]
wait_eq "upgrade: which makes all checks" "$all_up" verdicts
check "the packages are removed" inside dpkg -r nf-dsr-utils nf-dsr-dkms nf-dsr-backend
check "removal: programs, sources and units are gone" \
	gone /usr/sbin/{dsrctl,dsrd,dsr-backend} /usr/src/nf-dsr-* \
	{/usr,}/lib/systemd/system/{nf_dsr,dsrd,dsr-backend}.service
check_not "removal: dsrd does not run" inside pgrep -x dsrd
check_eq "removal: DKMS has nothing" "" "$(dkms status)"
check "removal: clients are served" answered
check "removal: the configuration is there" \
	there /etc/nf_dsr/nf_dsr.yaml /var/lib/nf_dsr/confirmed /etc/nf_dsr/backend.d/*.conf
check "the packages are purged" inside dpkg -P nf-dsr-utils nf-dsr-dkms nf-dsr-backend
check "purge: the configuration is gone" gone /etc/nf_dsr /var/lib/nf_dsr
kill -KILL "$init"
