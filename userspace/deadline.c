// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"

extern char **environ;

/* The path of this program. The link names it also after it was called by a bare name. */
#define SELF "/proc/self/exe"

static bool has_systemd(void)
{
	return !access("/run/systemd/system", F_OK);
}

/* Return the name of the unit, without its suffix. */
static void unit_name(const char *netns, unsigned int number, char *name, size_t size)
{
	snprintf(name, size, "nf_dsr-rollback-%s%s%u", netns ? netns : "", netns ? "-" : "",
		 number);
}

/* Run a program of systemd, without its output. */
static int run(char *const *words)
{
	posix_spawn_file_actions_t actions;
	int status = -1, ret;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	ret = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (ret)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

/* Write the command line that undoes the change. */
static void rollback_words(const char *netns, char *number, char *self, char **words)
{
	*words++ = self;
	if (netns) {
		*words++ = "-n";
		*words++ = (char *)netns;
	}
	*words++ = "rollback";
	*words++ = "unconfirmed";
	*words++ = number;
	*words = NULL;
}

static int start_unit(const char *netns, unsigned int number, __u32 seconds, char *self,
		      struct dsr_error *err)
{
	char name[64], unit[80], after[48], digits[16];
	char *words[16] = {
		"systemd-run", "--quiet", "--collect", unit, after,
		"--timer-property=AccuracySec=100ms"
	};

	unit_name(netns, number, name, sizeof(name));
	snprintf(unit, sizeof(unit), "--unit=%s", name);
	snprintf(after, sizeof(after), "--on-active=%us", seconds);
	snprintf(digits, sizeof(digits), "%u", number);
	rollback_words(netns, digits, self, words + 6);
	if (!run(words))
		return 0;
	return error_usage(err, "systemd-run: cannot start the timer %s", name);
}

/* Wait, and become the command. The clock goes on while the machine is suspended. */
static void wait_and_run(const char *netns, unsigned int number, __u32 seconds, char *self)
{
	struct timespec until;
	char digits[16];
	char *words[8];
	int null;

	/* The lock would be held otherwise. */
	close_range(3, ~0U, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
	}
	clock_gettime(CLOCK_BOOTTIME, &until);
	until.tv_sec += seconds;
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	snprintf(digits, sizeof(digits), "%u", number);
	rollback_words(netns, digits, self, words);
	execv(self, words);
	_exit(DSR_USAGE);
}

/* Start a process that belongs to no terminal. Its parent leaves the terminal before it starts
 * it, and exits at once: when this function returns, no hangup reaches the process any more.
 */
static int start_process(const char *netns, unsigned int number, __u32 seconds, char *self,
			 struct dsr_error *err)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		setsid();
		signal(SIGHUP, SIG_IGN);
		pid = fork();
		if (!pid)
			wait_and_run(netns, number, seconds, self);
		_exit(pid < 0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (pid < 0 || status)
		return error_usage(err, "cannot start the process that would undo the change: %s",
				   strerror(errno));
	return 0;
}

int deadline_start(const char *netns, unsigned int number, __u32 seconds, struct dsr_error *err)
{
	char self[4096];
	ssize_t length = readlink(SELF, self, sizeof(self) - 1);

	if (length < 0)
		return error_usage(err, SELF ": %s", strerror(errno));
	self[length] = '\0';
	if (has_systemd())
		return start_unit(netns, number, seconds, self, err);
	return start_process(netns, number, seconds, self, err);
}

void deadline_stop(const char *netns, unsigned int number)
{
	char name[64], unit[80];
	char *words[8] = { "systemctl", "--quiet", "stop", unit };

	unit_name(netns, number, name, sizeof(name));
	snprintf(unit, sizeof(unit), "%s.timer", name);
	if (has_systemd())
		run(words);
}

const char *deadline_text(time_t time, char *text, size_t size)
{
	struct tm parts;

	if (!localtime_r(&time, &parts) || !strftime(text, size, "%Y-%m-%d %H:%M:%S", &parts))
		snprintf(text, size, "%lld", (long long)time);
	return text;
}
