# SPDX-License-Identifier: GPL-2.0-or-later
#
# "make help" lists the targets.

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

# The headers of the running kernel, or else the newest that are installed.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /lib/modules/*/build 2>/dev/null | sort -rV))

KERNELS := $(or $(KERNEL),6.1 6.12 debug)

DKMS_FILES := Kbuild LICENSE dkms.conf include kmod
DKMS_DIR = $(DESTDIR)/usr/src/nf-dsr-$(VERSION)

all: module userspace  ## the module for KDIR, dsrctl and dsr-backend

module: kdir  ## the module alone
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

userspace:  ## dsrctl and dsr-backend, without the module
	$(MAKE) -C userspace

kdir:
	@test -n "$(KDIR)" || { \
		echo "no kernel headers: install them (linux-headers-amd64), or give KDIR=" >&2; exit 1; }

install: all  ## module, dsrctl and dsr-backend into this system (or DESTDIR)
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	$(if $(DESTDIR),,depmod -a $(shell $(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease))
	$(MAKE) -C userspace install

dkms-sources:
	mkdir -p $(DKMS_DIR)
	cp -a $(DKMS_FILES) $(DKMS_DIR)

dkms-install: dkms-sources  ## the module through DKMS, rebuilt with each new kernel
	dkms install -m nf-dsr -v $(VERSION)

deb:  ## Debian packages of module, dsrctl and dsr-backend, into build/deb
	packaging/deb

demo: setup  ## boot a VM with clients, a director and backends, and show DSR
	tests/demo/run

check: setup  ## all tests; on stock kernels those that depend on the kernel
	tests/check

check-all: setup  ## all tests on every kernel: for releases, takes hours
	tests/check all

kunit: setup  ## KUnit suites, in user-mode Linux with its checkers
	tests/vm/kunit

unit: setup  ## unit tests of dsrctl
	$(MAKE) -C userspace check

fuzz: setup  ## ten minutes of each fuzz target of dsrctl: [FUZZ_SECONDS=n]
	$(MAKE) -C userspace fuzz

netns: setup  ## scenarios: [KERNEL=name, see tests/vm/run --help] [SCENARIO=name]
	@status=0; for kernel in $(KERNELS); do \
		tests/vm/netns $$kernel $(SCENARIO) || status=1; \
	done; exit $$status

style: setup  ## linters, limits and generated files
	tests/style/run

build-check: setup  ## build for all stock kernels and user-mode Linux, without warnings
	tests/style/build

kernels-check: setup  ## which kernels Debian has now, and whether the module builds for them
	tests/vm/kernels-check

packages-check: setup  ## Debian packages: lintian, DKMS, installation, upgrade and removal
	tests/packages/run

bench: setup  ## measure costs against IPVS and plain Linux, into build/bench: [QUICK=1]
	QUICK=$(QUICK) tests/bench/run

bench-checks: setup  ## measure dsrd's health checks, beside keepalived's
	tests/bench/checks/run

ynl: setup  ## generate the netlink files from include/netlink/specs
	include/netlink/generate "$$(tests/vm/kernels source)"

setup:  ## install the packages that the tests need
	tests/setup/install

clean:  ## remove what was built here, but not the cache
	test -z "$(KDIR)" || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean

help:  ## this text
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

.PHONY: all module userspace kdir install dkms-sources dkms-install deb demo check check-all \
	kunit unit fuzz netns style build-check kernels-check packages-check bench bench-checks ynl \
	setup clean help
