// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dsrd/attempt.h"
#include "dsrd/listen.h"

#define TYPE (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

static int failed(struct dsr_error *err, const char *what)
{
	return error_usage(err, "%s: %s", what, strerror(errno));
}

/* Listen on a socket that is bound, unless it is not. */
static int begin(int fd, int bound, int backlog, const char *what, struct dsr_error *err)
{
	if (!bound && !listen(fd, backlog))
		return fd;
	failed(err, what);
	close(fd);
	return -1;
}

/* Remove a socket, and nothing else that a file may name by mistake. */
static void remove_socket(const char *path)
{
	struct stat status;

	if (!lstat(path, &status) && S_ISSOCK(status.st_mode))
		unlink(path);
}

int listen_unix(const char *path, mode_t mode, int backlog, struct dsr_error *err)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, TYPE, 0), bound;
	mode_t mask;

	if (fd < 0)
		return failed(err, "socket");
	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	/* One that runs already keeps its socket. */
	if (!connect(fd, (struct sockaddr *)&name, sizeof(name))) {
		close(fd);
		return error_usage(err, "%s: another dsrd has it", path);
	}
	if (errno == ECONNREFUSED)
		remove_socket(path);
	mask = umask(0777 & ~mode);
	bound = bind(fd, (struct sockaddr *)&name, sizeof(name));
	umask(mask);
	return begin(fd, bound, backlog, path, err);
}

int listen_inet(const struct dsr_addr *addr, __u16 port, int backlog, struct dsr_error *err)
{
	int fd = socket(addr->family, TYPE, 0), one = 1;
	struct sockaddr_storage name;
	char text[ADDR_TEXT];
	socklen_t length = attempt_sockaddr(addr, port, &name);

	if (fd < 0)
		return failed(err, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return begin(fd, bind(fd, (struct sockaddr *)&name, length), backlog,
		     addr_format_port(addr, port, text, sizeof(text)), err);
}
