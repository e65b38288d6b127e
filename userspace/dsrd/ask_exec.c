// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks of type exec: a program, whose status 0 is a success. It has a process group of its own,
 * no capabilities, small limits, and the target in its environment. At most LANES programs run at a
 * time; others wait, and nothing but them waits for programs.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsrd/attempt.h"
#include "error.h"

#define LANES 8
#define ARGUMENTS 32

/* A program that waits or runs. */
struct program {
	struct attempt *attempt;
	struct program *next;	/* of those that wait */
	ev_child child;
	pid_t pid;		/* 0: it waits */
};

static struct program *waiting;
static int running;

static void limit(int resource, rlim_t value)
{
	const struct rlimit limits = { value, value };

	setrlimit(resource, &limits);
}

static void set_limits(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, 60);
	limit(RLIMIT_NOFILE, 64);
	limit(RLIMIT_AS, 512 << 20);
	limit(RLIMIT_FSIZE, 1 << 20);
}

static void set_address(const char *name, const struct dsr_addr *addr)
{
	char text[ADDR_TEXT];

	if (addr->family)
		setenv(name, addr_format(addr, text, sizeof(text)), 1);
}

static void set_environment(const struct attempt *attempt)
{
	const struct target *target = attempt->target;
	char port[8];

	clearenv();
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("NF_DSR_CHECK", attempt->check->name, 1);
	set_address("NF_DSR_BACKEND", &target->backend);
	set_address("NF_DSR_VIP", &target->vip);
	snprintf(port, sizeof(port), "%u", target->port);
	if (target->port)
		setenv("NF_DSR_PORT", port, 1);
}

/* Become the program. The process has no other thread, but it must not return. */
static void become(const struct attempt *attempt)
{
	char command[CHECK_NAME_SIZE], *arguments[ARGUMENTS + 1] = { 0 }, *save, *word;
	int null = open("/dev/null", O_RDWR), i = 0;
	sigset_t none;

	memcpy(command, attempt->check->command, sizeof(command));
	for (word = strtok_r(command, " ", &save); word && i < ARGUMENTS;
	     word = strtok_r(NULL, " ", &save))
		arguments[i++] = word;
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS) || chdir("/"))
		_exit(126);
	set_limits();
	set_environment(attempt);
	execv(arguments[0], arguments);
	_exit(127);
}

static void run_next(void);

static void on_exit_of(struct ev_loop *loop, ev_child *child, int events)
{
	struct program *program = child->data;
	struct attempt *attempt = program->attempt;
	int status = child->rstatus;

	(void)events;
	ev_child_stop(loop, child);
	free(program);
	running--;
	/* The try may have been stopped, which has killed the program. */
	if (attempt) {
		attempt->data = NULL;
		attempt->cause = CAUSE_PROGRAM;
		if (WIFSIGNALED(status))
			attempt_done(attempt, ATTEMPT_FAILURE, "killed by signal %d",
				     WTERMSIG(status));
		else
			attempt_done(attempt,
				     WEXITSTATUS(status) ? ATTEMPT_FAILURE : ATTEMPT_SUCCESS,
				     "status %d", WEXITSTATUS(status));
	}
	run_next();
}

static void run(struct program *program)
{
	struct attempt *attempt = program->attempt;

	program->pid = fork();
	if (!program->pid)
		become(attempt);
	if (program->pid < 0) {
		attempt->data = NULL;
		free(program);
		attempt_done(attempt, ATTEMPT_VOID, "fork: %s", strerror(errno));
		return;
	}
	setpgid(program->pid, program->pid);
	running++;
	ev_child_init(&program->child, on_exit_of, program->pid, 0);
	program->child.data = program;
	ev_child_start(attempt_loop, &program->child);
	attempt->began(attempt);
}

static void run_next(void)
{
	struct program *program;

	while (waiting && running < LANES) {
		program = waiting;
		waiting = program->next;
		run(program);
	}
}

static void start(struct attempt *attempt)
{
	struct program *program = error_check_alloc(calloc(1, sizeof(*program)));
	struct program **end = &waiting;

	program->attempt = attempt;
	attempt->data = program;
	while (*end)
		end = &(*end)->next;
	*end = program;
	run_next();
}

static void stop(struct attempt *attempt)
{
	struct program *program = attempt->data, **at = &waiting;

	attempt->data = NULL;
	if (!program)
		return;
	/* What runs is freed when it has ended, and counts until then. */
	program->attempt = NULL;
	if (program->pid) {
		kill(-program->pid, SIGKILL);
		return;
	}
	while (*at != program)
		at = &(*at)->next;
	*at = program->next;
	free(program);
}

const struct attempt_kind ask_exec = { "exec", start, stop };
