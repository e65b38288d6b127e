// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "dsrd/notify.h"

static struct sockaddr_un address;
static socklen_t length;	/* 0: nobody listens */
static int fd = -1;
static ev_timer watchdog;

void notify_send(const char *text)
{
	if (length)
		sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
		       (struct sockaddr *)&address, length);
}

/* The loop feeds the watchdog, so one that hangs is found out. */
static void on_watchdog(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	notify_send("WATCHDOG=1");
}

static void start_watchdog(struct ev_loop *loop)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	double seconds;

	if (!usec || (pid && atol(pid) != getpid()))
		return;
	seconds = strtoull(usec, NULL, 10) / 1e6 / 3;
	if (seconds <= 0)
		return;
	ev_timer_init(&watchdog, on_watchdog, seconds, seconds);
	ev_timer_start(loop, &watchdog);
}

void notify_init(struct ev_loop *loop)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (!path || !*path || strlen(path) >= sizeof(address.sun_path))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, path, strlen(path));
	length = offsetof(struct sockaddr_un, sun_path) + strlen(path);
	/* An abstract name begins with a NUL, which the variable has as '@'. */
	if (*path == '@')
		address.sun_path[0] = '\0';
	start_watchdog(loop);
}

void notify_reloading(void)
{
	struct timespec now;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 now.tv_sec * 1000000LL + now.tv_nsec / 1000);
	notify_send(text);
}

void notify_ready(const char *status)
{
	char text[128];

	snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", status);
	notify_send(text);
}
