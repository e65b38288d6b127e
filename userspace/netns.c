// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns.h"

#define NETNS_DIR "/run/netns/"

int netns_enter(const char *name, struct dsr_error *err)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	if (!*name || strchr(name, '/'))
		return error_usage(err, "netns \"%s\": expected a name in " NETNS_DIR, name);
	snprintf(path, sizeof(path), NETNS_DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_usage(err, "%s: %s", path, strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		ret = error_usage(err, "%s: cannot enter this network namespace: %s", path,
				  strerror(errno));
	close(fd);
	return ret;
}

const char *netns_own(void)
{
	static char name[NAME_MAX + 1];
	const struct dirent *entry;
	struct stat own, other;
	bool found = false;
	DIR *dir;

	if (stat("/proc/self/ns/net", &own) || stat("/proc/1/ns/net", &other) ||
	    (own.st_ino == other.st_ino && own.st_dev == other.st_dev))
		return NULL;
	dir = opendir(NETNS_DIR);
	while (dir && !found && (entry = readdir(dir))) {
		found = !fstatat(dirfd(dir), entry->d_name, &other, 0) &&
			own.st_ino == other.st_ino && own.st_dev == other.st_dev;
		snprintf(name, sizeof(name), "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found ? name : NULL;
}
