# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions shared by the scripts of tests/setup, tests/vm, tests/style, tests/packages and
# tests/bench: where things are in the cache, and which packages a kernel consists of.

# shellcheck disable=SC2034 # for those who source this
root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
cache=${NF_DSR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nf_dsr}
# Where the modules for each kernel are built, each under a lock. All checkouts share the objects:
# a clean one only builds what differs from the last build.
builds=$cache/build
# Patches for the kernels built here, in a directory for each source.
patches=$root/tests/vm/patches

# shellcheck source=tests/vm/archive.sh
. "$root/tests/vm/archive.sh"

# The first directory has compilers that take from the cache what they have compiled before, for any
# checkout. The last two have depmod and modprobe; users other than root may lack them.
PATH=/usr/lib/ccache:$PATH:/usr/sbin:/sbin
export CCACHE_DIR=$cache/ccache CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=1G

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

# hash_files FILE...: print a hash for the name of a directory that depends on these files.
hash_files()
{
	cat "$@" | sha256sum | head -c 12
}

# locate_built SOURCE COMMAND...: do the work of locate_kernel for a kernel that this command
# builds from this source and $fragments.
locate_built()
{
	local files=("${fragments[@]}" "$patches/$1"/*.patch)

	locate_source "$1"
	make_kernel=("${@:2}")
	kernel_dir=$cache/debug/$(version_of "$1")-$(hash_files "${files[@]}")
	kdir=$kernel_dir
	release=$(cat "$kdir/include/config/kernel.release" 2>/dev/null || true)
	kernel_modules=$kernel_dir/install/lib/modules/$release
}

# locate_stock NAME: do the work of locate_kernel for a kernel of the archive.
locate_stock()
{
	local release distribution

	release=$(version_of "$1")
	[ -n "$release" ] || die "unknown kernel $1: see tests/vm/run --help"
	kernel_dir=$cache/kernel/$release
	kdir=$kernel_dir/usr/src/linux-headers-$release
	kernel_image=$kernel_dir/boot/vmlinuz-$release
	kernel_modules=$kernel_dir/lib/modules/$release
	distribution=$(compiler_of "$1")
	make_kernel=(make)
	[ "$distribution" = host ] ||
		make_kernel=("$root/tests/vm/inside" "$distribution" make)
	[ "$(stock_field "$1" 3)" = amd64 ] ||
		make_kernel+=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
}

# compiler_of NAME: print the release whose compiler builds for this kernel, or "host" if the
# host is of that release. The tools among the headers need the release's libraries.
compiler_of()
{
	local distribution

	distribution=$(stock_field "$1" 2)
	[ "$1" != rt-debug ] || distribution=trixie
	[ "$distribution" != backports ] || distribution=trixie
	if [ "$distribution" = "$(. /etc/os-release && echo "$VERSION_CODENAME")" ] &&
			[ "$(stock_field "$1" 3)" = amd64 ]; then
		echo host
	else
		echo "$distribution"
	fi
}

# locate_kernel NAME: find where the cache has, or will have, this kernel. Set kernel_dir,
# kernel_image, kernel_modules (…/lib/modules/RELEASE), kdir, make_kernel, the command that makes
# something for this kernel, and module_build, where its modules are built.
locate_kernel()
{
	local release

	case $1 in
	debug)
		fragments=("$root/tests/vm/debug.config")
		locate_built source make
		kernel_image=$kernel_dir/arch/x86/boot/bzImage
		;;
	rt-debug)
		fragments=("$root"/tests/vm/{debug,rt}.config)
		locate_built newest-source "$root/tests/vm/inside" trixie make
		kernel_image=$kernel_dir/arch/x86/boot/bzImage
		;;
	uml-debug)
		fragments=("$root"/tests/vm/{debug,uml}.config)
		locate_built newest-source make ARCH=um
		kernel_image=$kernel_dir/linux
		;;
	uml-bench)
		fragments=("$root"/tests/vm/{debug,uml,bench}.config)
		locate_built source make ARCH=um
		kernel_image=$kernel_dir/linux
		;;
	*)
		locate_stock "$1"
		;;
	esac
	module_build=$builds/${kernel_dir##*/}
}

# What the headers of a release's kernels need for a build, and its kernels themselves.
compiler_packages=(base-files bash bc bison coreutils dash diffutils dwarves findutils flex
	gawk gcc gcc-aarch64-linux-gnu grep gzip kmod libelf-dev make perl python3 rsync sed)

# locate_compiler RELEASE: set $compiler_dir to the tree with the release's compiler.
locate_compiler()
{
	compiler_dir=$cache/compiler/$1-$(sha256sum <<<"${compiler_packages[*]}" | head -c 12)
}

# locate_source NAME: set $source_dir to the source of kernels, with its patches.
locate_source()
{
	source_dir=$cache/source/$(version_of "$1")-$(hash_files "$patches/$1"/*.patch)
}

# copy_sources DIR PATH...: copy parts of the checkout to DIR, or update the copy there. Files that
# do not differ keep their time there, so make does not build them again.
copy_sources()
{
	local dir=$1

	shift
	mkdir -p "$dir"
	(cd "$root" && rsync -aR --checksum --no-times --delete --exclude-from=.gitignore "$@" "$dir")
}
