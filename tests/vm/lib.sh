# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the scripts of tests/setup, tests/vm, tests/style and tests/dkms:
# where things are, and which packages a kernel consists of.

# shellcheck disable=SC2034 # for those who source this
root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
cache=${NF_DSR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nf_dsr}
kernels=(6.1 6.12 debug)

# depmod and modprobe, for those who are not root.
PATH=$PATH:/usr/sbin:/sbin

say()
{
	echo "# $*" >&2
}

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# One holder at a time until this process ends, over all checkouts.
lock()
{
	local fd

	mkdir -p "$cache/lock"
	exec {fd}>"$cache/lock/$1"
	flock -n "$fd" && return
	say "waiting for another run to finish its $1"
	flock "$fd"
}

refresh_lists_if_empty()
{
	[ -z "$(apt-cache depends linux-headers-amd64 2>/dev/null)" ] || return 0
	say "apt-get update"
	as_root apt-get -q update >&2
}

# The concrete package behind Debian's meta package: the newest the lists know.
depends_on()
{
	local name

	name=$(apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-[^ ]*\)$/\1/p' | head -n 1)
	[ -n "$name" ] || die "no package behind $1: are the package lists there?"
	echo "$name"
}

# kernel_release 6.1|6.12: what uname -r says there.
kernel_release()
{
	local image

	case $1 in
	6.1) image=$(depends_on linux-image-amd64) ;;
	*) image=$(depends_on "linux-image-$1-amd64") ;;
	esac
	echo "${image#linux-image-}"
}

source_version()
{
	apt-cache show --no-all-versions linux-source-6.12 | sed -n 's/^Version: //p'
}

# locate_kernel NAME: where the cache has, or will have, this kernel. Sets
# kernel_dir, kernel_image, kernel_modules (…/lib/modules/RELEASE) and kdir.
locate_kernel()
{
	local release key

	case $1 in
	debug)
		key=$(source_version)-$(sha256sum <"$root/tests/vm/debug.config" | head -c 12)
		kernel_dir=$cache/debug/$key
		kdir=$kernel_dir
		kernel_image=$kernel_dir/arch/x86/boot/bzImage
		kernel_modules=$(echo "$kernel_dir"/install/lib/modules/*)
		;;
	6.1|6.12)
		release=$(kernel_release "$1")
		kernel_dir=$cache/kernel/$release
		kdir=$kernel_dir/usr/src/linux-headers-$release
		kernel_image=$kernel_dir/boot/vmlinuz-$release
		kernel_modules=$kernel_dir/lib/modules/$release
		;;
	*)
		die "unknown kernel $1: have ${kernels[*]}"
		;;
	esac
}

locate_source()
{
	source_dir=$cache/source/$(source_version)
}

# fetch_packages DIR NAME...: unpack packages into DIR, without installing them.
# DIR appears whole or not at all.
fetch_packages()
{
	local dir=$1 part=$1.part deb

	shift
	say "downloading" "$@"
	rm -rf "$part"
	mkdir -p "$part/deb"
	# as_root would only be in the way: the files are ours.
	(cd "$part/deb" && apt-get -q -o APT::Sandbox::User=root download "$@" >&2) ||
		die "cannot download $*: try apt-get update"
	for deb in "$part"/deb/*.deb; do
		dpkg-deb -x "$deb" "$part"
	done
	rm -r "$part/deb"
	mv "$part" "$dir"
}
