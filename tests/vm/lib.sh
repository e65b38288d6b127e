# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions shared by the scripts of tests/setup, tests/vm, tests/style, tests/dkms and
# tests/bench: where things are in the cache, and which packages a kernel consists of.

# shellcheck disable=SC2034 # for those who source this
root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
cache=${NF_DSR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nf_dsr}
kernels=(6.1 6.12 debug uml-debug uml-bench)
# Patches that the kernels built here need to run on any host.
patches=$root/tests/vm/patches

# depmod and modprobe are there; users other than root may lack these directories.
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

# locked NAME COMMAND...: run a command, or a function, under the lock of this name, which
# all checkouts share. The lock is descriptor 9. The programs that the command starts
# inherit it: if this shell is killed, a compiler that still writes keeps the lock. A
# script that only uses what the cache already has takes no lock, as things in the cache
# appear complete or not at all.
locked()
{
	mkdir -p "$cache/lock"
	{
		flock -n 9 || {
			say "waiting for another run to finish its $1"
			flock 9
		}
		"${@:2}"
	} 9>"$cache/lock/$1"
}

# Print the newest versions that Debian has, one on each line: "6.1 RELEASE",
# "6.12 RELEASE", "source VERSION". apt is slow, so its answer is cached until its lists
# change.
list_versions()
{
	local facts=$cache/versions lists=/var/lib/apt/lists

	if [ ! -s "$facts" ] || [ $lists -nt "$facts" ]; then
		mkdir -p "$cache"
		query_versions >"$facts.$$"
		[ "$(wc -l <"$facts.$$")" -eq 3 ] ||
			die "the package lists have no kernels: run tests/setup/install"
		mv "$facts.$$" "$facts"
	fi
	cat "$facts"
}

query_versions()
{
	apt-cache depends linux-image-amd64 linux-image-6.12-amd64 |
		sed -n -e 's/^ *Depends: linux-image-\(6\.1\.[^ ]*\)$/6.1 \1/p' \
			-e 's/^ *Depends: linux-image-\(6\.12\.[^ ]*\)$/6.12 \1/p'
	apt-cache show --no-all-versions linux-source-6.12 |
		sed -n 's/^Version: /source /p'
}

version_of()
{
	list_versions | sed -n "s/^$1 //p"
}

# hash_files FILE...: print a hash for the name of a directory that depends on these files.
hash_files()
{
	cat "$@" | sha256sum | head -c 12
}

# locate_built ARCH-OPTION...: do the work of locate_kernel for a kernel that is built here
# from $fragments.
locate_built()
{
	local key

	make_kernel=("$@")
	key=$(version_of source)-$(hash_files "${fragments[@]}" "$patches"/*.patch)
	kernel_dir=$cache/debug/$key
	kdir=$kernel_dir
	release=$(cat "$kdir/include/config/kernel.release" 2>/dev/null || true)
	kernel_modules=$kernel_dir/install/lib/modules/$release
}

# locate_kernel NAME: find where the cache has, or will have, this kernel. Set kernel_dir,
# kernel_image, kernel_modules (…/lib/modules/RELEASE), kdir, and make_kernel, the
# arguments of make for builds for this kernel.
locate_kernel()
{
	local release

	make_kernel=()
	case $1 in
	debug)
		fragments=("$root/tests/vm/debug.config")
		locate_built
		kernel_image=$kernel_dir/arch/x86/boot/bzImage
		;;
	uml-debug)
		fragments=("$root"/tests/vm/{debug,uml}.config)
		locate_built ARCH=um
		kernel_image=$kernel_dir/linux
		;;
	uml-bench)
		fragments=("$root"/tests/vm/{debug,uml,bench}.config)
		locate_built ARCH=um
		kernel_image=$kernel_dir/linux
		;;
	6.1|6.12)
		release=$(version_of "$1")
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
	source_dir=$cache/source/$(version_of source)-$(hash_files "$patches"/*.patch)
}

# fetch_packages DIR NAME...: download packages, and unpack them into DIR without
# installing them. DIR appears complete or not at all.
fetch_packages()
{
	local dir=$1 part=$1.part deb

	shift
	say "downloading" "$@"
	rm -rf "$part"
	mkdir -p "$part/deb"
	# This needs no as_root: the files belong to this user.
	(cd "$part/deb" && apt-get -q -o APT::Sandbox::User=root download "$@" >&2) ||
		die "cannot download $*: try apt-get update"
	for deb in "$part"/deb/*.deb; do
		dpkg-deb -x "$deb" "$part"
	done
	rm -r "$part/deb"
	mv "$part" "$dir"
}

# copy_sources DIR PATH...: copy parts of the checkout to DIR, or update the copy there.
copy_sources()
{
	local dir=$1

	shift
	mkdir -p "$dir"
	(cd "$root" && rsync -aR --delete --exclude-from=.gitignore "$@" "$dir")
}
