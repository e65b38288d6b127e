# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's archive: which kernels it has now, and packages of any of its releases. Sourced
# by lib.sh.
#
# apt runs with its own sources, lists and cache for each release, so the host's release
# does not matter, and the host's apt does not change. The mirror and the keys are those of
# the host.

# The stock kernels that are tested: name, release, architecture, and the package that
# depends on the newest version. Those of another architecture are only built for.
stock_table="\
6.1           bookworm  amd64 linux-image-amd64
6.12          bookworm  amd64 linux-image-6.12-amd64
6.12-deb13    trixie    amd64 linux-image-amd64
6.12-cloud    trixie    amd64 linux-image-cloud-amd64
6.12-rt       trixie    amd64 linux-image-rt-amd64
6.12-arm64    trixie    arm64 linux-headers-arm64
newest        backports amd64 linux-image-amd64
newest-rt     backports amd64 linux-image-rt-amd64
newest-arm64  backports arm64 linux-headers-arm64
"
# The next release, for tests/vm/kernels-check. Nobody should depend on it, as it changes
# every day and is sometimes incomplete.
[ -z "${NF_DSR_NEXT_RELEASE-}" ] ||
	stock_table+="sid           sid       amd64 linux-image-amd64"$'\n'

# shellcheck disable=SC2154 # lib.sh sets $cache
# What the archive had when it was asked, and after how many days it is asked again.
facts=$cache/versions-$(sha256sum <<<"$stock_table sources" | head -c 12)
facts_days=7

# Print the names of the stock kernels.
stock_names()
{
	awk 'NF { print $1 }' <<<"$stock_table"
}

# stock_field NAME COLUMN: print a column of the table, or nothing if there is no such kernel.
stock_field()
{
	awk -v name="$1" -v column="$2" '$1 == name { print $column }' <<<"$stock_table"
}

# suites_of RELEASE: print the suites that have the release's kernels. "backports" is that
# of the newest release, and has no packages but its kernels.
suites_of()
{
	case $1 in
	backports) echo trixie-backports ;;
	sid) echo sid ;;
	*) echo "$1 $1-updates $1-security" ;;
	esac
}

# mirror_of SUITE: print the address that the host uses for the main or the security archive.
mirror_of()
{
	local wanted=main

	[[ $1 != *-security ]] || wanted=security
	# shellcheck disable=SC2016 # for apt
	apt-get indextargets --format '$(SUITE) $(CODENAME) $(REPO_URI) $(ORIGIN)' \
		'Created-By: Packages' |
		awk -v wanted="$wanted" '$4 == "Debian" {
			kind = $2 ~ /-security$/ ? "security" : "main"
			if (kind == wanted) { print $3; exit }
		}'
}

# write_apt_conf RELEASE: set apt up for a release.
write_apt_conf()
{
	local dir=$cache/apt/$1 suite mirror

	mkdir -p "$dir"/{lists/partial,cache/archives/partial,parts}
	for suite in $(suites_of "$1"); do
		mirror=$(mirror_of "$suite")
		[ -n "$mirror" ] || die "no source of apt on this host has the archive of $suite"
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
	done >"$dir/sources.list"
	cat >"$dir/apt.conf" <<-END
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "$dir/parts";
		Dir::Etc::preferencesparts "$dir/parts";
		Dir::State "$dir";
		Dir::State::status "/dev/null";
		Dir::Cache "$dir/cache";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; "arm64"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
	END
}

# apt_of RELEASE COMMAND...: run a command of apt for a release, or with the host's own
# settings for the release "host".
apt_of()
{
	if [ "$1" = host ]; then
		"${@:2}"
	else
		APT_CONFIG=$cache/apt/$1/apt.conf "${@:2}"
	fi
}

# newest_of NAME: print the newest release of a stock kernel.
newest_of()
{
	local kind

	kind=$(stock_field "$1" 4)
	kind=${kind#linux-}
	apt_of "$(stock_field "$1" 2)" apt-cache show --no-all-versions \
		"$(stock_field "$1" 4):$(stock_field "$1" 3)" |
		sed -n "s/^Depends:.*linux-${kind%%-*}-\([0-9][^ ,]*\).*/\1/p"
}

query_versions()
{
	local release name

	# shellcheck disable=SC2013 # words
	for release in $(awk 'NF { print $2 }' <<<"$stock_table" | sort -u); do
		write_apt_conf "$release"
		apt_of "$release" apt-get -q update >&2 || return
	done
	for name in $(stock_names); do
		echo "$name $(newest_of "$name")"
	done
	apt_of bookworm apt-cache show --no-all-versions linux-source-6.12 |
		sed -n 's/^Version: /source /p'
	apt_of backports apt-cache show --no-all-versions linux-source |
		sed -n 's/^Version: /newest-source /p'
}

# update_versions: ask the archive. If it does not answer, the old facts remain.
update_versions()
{
	say "which kernels does Debian have?"
	if query_versions >"$facts.$$" && ! grep -v ' .' "$facts.$$" >&2; then
		mv "$facts.$$" "$facts"
		return
	fi
	rm -f "$facts.$$"
	[ -s "$facts" ] || die "cannot find out which kernels Debian has"
	say "the archive does not answer: with what it had before"
}

# has_versions: succeed if the facts are there and not too old.
has_versions()
{
	[ -n "$(find "$facts" -size +0 -mtime -$facts_days 2>/dev/null)" ]
}

# renew_versions: ask, unless another run did so while this one waited for the lock.
renew_versions()
{
	has_versions || update_versions
}

# Print the newest versions that Debian has, one on each line: "NAME RELEASE" for each
# stock kernel, "source VERSION" for the source of the kernels that are built here, and
# "newest-source VERSION" for that of rt-debug.
list_versions()
{
	mkdir -p "$cache"
	has_versions || locked versions renew_versions
	cat "$facts"
}

version_of()
{
	list_versions | sed -n "s/^$1 //p"
}

# fetch_packages RELEASE DIR NAME...: download packages of a release, and unpack them into
# DIR without installing them. DIR appears complete or not at all.
fetch_packages()
{
	local release=$1 dir=$2 part=$2.part deb

	shift 2
	say "downloading" "$@"
	rm -rf "$part"
	mkdir -p "$part/deb"
	# This needs no as_root: the files belong to this user.
	(cd "$part/deb" &&
	 apt_of "$release" apt-get -q -o APT::Sandbox::User=root download "$@" >&2) || {
		[ "$release" != host ] || die "cannot download $*: try apt-get update"
		# The archive drops a kernel when the next one is there.
		rm -f "$facts"
		die "cannot download $*: the next run asks the archive what it has now"
	}
	for deb in "$part"/deb/*.deb; do
		dpkg-deb -x "$deb" "$part"
	done
	rm -r "$part/deb"
	mv "$part" "$dir"
}

# closure RELEASE PACKAGE...: print the packages and all that they depend on.
closure()
{
	apt_of "$1" apt-get -q install --print-uris "${@:2}" | sed -n "s/^'.*' \([^_]*\)_.*/\1/p"
}
