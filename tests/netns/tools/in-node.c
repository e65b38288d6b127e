// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * in-node NAME COMMAND [ARGUMENT]...: run a command in the network namespace of a node. nsenter of
 * util-linux loads libraries first, which takes longer in emulation than many of the commands, and
 * that of busybox runs its own commands instead of others with the same name.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[256];
	int fd;

	if (argc < 3)
		errx(125, "usage: in-node NAME COMMAND [ARGUMENT]...");
	snprintf(path, sizeof(path), "/run/netns/%s", argv[1]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(125, "%s", path);
	execvp(argv[2], argv + 2);
	err(127, "%s", argv[2]);
}
