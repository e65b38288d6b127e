// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dsrd: health checks of the backends of nf_dsr. One process, one loop. This source reads the
 * configuration file and the kernel, and has the registry take both, at the start and whenever one
 * of them changes.
 */
#include <cap-ng.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "dsrd/attempt.h"
#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "dsrd/notify.h"
#include "dsrd/registry.h"
#include "dsrd/rtnl.h"
#include "dsrd/sample.h"
#include "dsrd/secret.h"
#include "dsrd/server.h"
#include "dsrd/status.h"
#include "dsrd/trigger.h"
#include "dsrd/vips.h"
#include "netns.h"
#include "state.h"
#include "yaml_file.h"

#define CONFIG_FILE "/etc/nf_dsr/nf_dsr.yaml"
/* Seconds in which changes of the kernel are collected before all is read again. */
#define REREAD_DELAY 0.1

static struct daemon {
	const char *file;		/* NULL: the one that dsrctl has applied */
	const char *netns;
	struct config config;		/* what is in effect */
	bool has_config;
	ev_timer reread;
	ev_stat applied;
	bool ends;			/* VIPs are being withdrawn */
	char applied_path[PATH_MAX];
} dsrd;

/* Write the path of the file that is in effect: the one that was applied last, if any was. */
static const char *find_file(char *path, size_t size)
{
	struct dsr_error ignored = { 0 };
	struct state state;

	if (dsrd.file)
		return dsrd.file;
	if (state_open(&state, dsrd.netns, STATE_READ, &ignored) || !state.applied)
		return CONFIG_FILE;
	state_path(&state, state.applied, path, size);
	state_close(&state);
	return path;
}

/* Read the file. One with errors has no effect. Return 0, or -1 after the errors are printed. */
static int read_file(void)
{
	char found[PATH_MAX];
	const char *path = find_file(found, sizeof(found));
	struct yaml_file file;
	struct config config;
	struct report report;
	int ret;

	report_init(&report, path);
	config_init(&config);
	ret = config_load(&config, &file, path, &report);
	if (ret) {
		report_print(&report, false, stderr);
		journal_add(JOURNAL_ERROR, NULL, NULL, "config", "%s: %zu errors: not taken", path,
			    report_n(&report));
	} else {
		config_free(&dsrd.config);
		dsrd.config = config;
		dsrd.has_config = true;
		config_init(&config);
		secret_read_all(&dsrd.config);
	}
	status_configure(dsrd.has_config ? &dsrd.config : NULL, path, ret);
	config_free(&config);
	yaml_file_free(&file);
	report_free(&report);
	return ret;
}

/* Take what the file and the kernel have. */
static int take(struct dsr_error *err)
{
	struct running running;
	char status[64];
	int ret;

	running_init(&running);
	ret = kernel_read(&running, err);
	if (!ret) {
		registry_rebuild(&dsrd.config, &running);
		trigger_rebuild();
		vips_rebuild(&dsrd.config, &running);
		snprintf(status, sizeof(status), "%zu backends with checks", registry_n_members());
		notify_ready(status);
	}
	running_free(&running);
	return ret;
}

static void on_reread(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct dsr_error err = { 0 };

	(void)events;
	ev_timer_stop(loop, timer);
	if (take(&err))
		journal_add(JOURNAL_ERROR, NULL, NULL, "kernel", "%s", err.text);
}

/* Read all again soon. */
static void on_changed(void)
{
	if (!ev_is_active(&dsrd.reread)) {
		ev_timer_set(&dsrd.reread, REREAD_DELAY, 0);
		ev_timer_start(attempt_loop, &dsrd.reread);
	}
}

/* Return true if the file has checks of a backend. */
static bool is_checked(const struct dsr_backend *backend)
{
	const struct config_service *service;
	const struct config_backend *other;
	size_t i, j;

	for (i = 0; i < dsrd.config.services.n; i++) {
		service = config_service(&dsrd.config, i);
		if (config_compare_keys(&service->key, &backend->service))
			continue;
		for (j = 0; j < service->n_backends; j++) {
			other = config_backend(&dsrd.config, service->first_backend + j);
			if (addr_equal(&other->addr, &backend->addr))
				return service->checks.n || other->checks.n;
		}
	}
	return false;
}

static void on_backend(const struct dsr_backend *backend)
{
	bool is_new = !registry_on_backend(backend) && !ev_is_active(&dsrd.reread) &&
		is_checked(backend);

	if (!vips_on_backend(backend) || is_new)
		on_changed();
}

static void reload(void)
{
	struct dsr_error err = { 0 };

	notify_reloading();
	read_file();
	if (take(&err))
		journal_add(JOURNAL_ERROR, NULL, NULL, "kernel", "%s", err.text);
	journal_add(JOURNAL_NOTICE, NULL, NULL, "reload", "%zu backends have checks",
		    registry_n_members());
}

static void on_hangup(struct ev_loop *loop, ev_signal *signal, int events)
{
	(void)loop;
	(void)signal;
	(void)events;
	reload();
}

static void on_applied(struct ev_loop *loop, ev_stat *stat, int events)
{
	(void)loop;
	(void)stat;
	(void)events;
	reload();
}

static void end(void)
{
	ev_break(attempt_loop, EVBREAK_ALL);
}

/* The first signal begins the end: VIPs are drained and withdrawn. The second one ends at once. */
static void on_end(struct ev_loop *loop, ev_signal *signal, int events)
{
	char text[128];

	(void)loop;
	(void)signal;
	(void)events;
	if (dsrd.ends || !vips_stop(end)) {
		vips_stop_now();
		end();
		return;
	}
	dsrd.ends = true;
	snprintf(text, sizeof(text),
		 "STOPPING=1\nSTATUS=VIPs are drained, and withdrawn in %u seconds",
		 (vips_drain_time() + 999) / 1000);
	notify_send(text);
}

static void watch_signals(struct ev_loop *loop)
{
	static ev_signal hangup, term, interrupt;

	signal(SIGPIPE, SIG_IGN);
	ev_signal_init(&hangup, on_hangup, SIGHUP);
	ev_signal_init(&term, on_end, SIGTERM);
	ev_signal_init(&interrupt, on_end, SIGINT);
	ev_signal_start(loop, &hangup);
	ev_signal_start(loop, &term);
	ev_signal_start(loop, &interrupt);
}

/* Read the file again when dsrctl has applied another one. */
static void watch_file(struct ev_loop *loop)
{
	struct dsr_error ignored = { 0 };
	struct state state;

	if (dsrd.file)
		return;
	state_open(&state, dsrd.netns, STATE_READ, &ignored);
	state_close(&state);
	snprintf(dsrd.applied_path, sizeof(dsrd.applied_path), "%s/applied", state.dir);
	ev_stat_init(&dsrd.applied, on_applied, dsrd.applied_path, 1);
	ev_stat_start(loop, &dsrd.applied);
}

/* Keep only what checks and requests need. Programs get nothing of it, see ask_exec.c. */
static int drop_privileges(struct dsr_error *err)
{
	bool all;

	capng_get_caps_process();
	all = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN, CAP_NET_RAW, -1);
	if (capng_apply(all ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_usage(err, "CAP_NET_ADMIN and CAP_NET_RAW are needed");
	return 0;
}

static int start(struct ev_loop *loop, struct dsr_error *err)
{
	static const struct kernel_events events = { on_backend, on_changed, sample_expire };

	config_init(&dsrd.config);
	ev_init(&dsrd.reread, on_reread);
	notify_init(loop);
	registry_init(loop);
	trigger_init(loop);
	vips_init(loop);
	status_start(loop, dsrd.netns);
	if (attempt_init(loop, err) || server_init(loop, dsrd.netns, err) || drop_privileges(err) ||
	    kernel_init(loop, &events, err) || rtnl_init(loop, trigger_on_signal, err))
		return -1;
	watch_signals(loop);
	watch_file(loop);
	/* Without a file that can be read, wait for one. */
	read_file();
	return take(err);
}

static void stop(void)
{
	notify_send("STOPPING=1");
	server_exit();
	status_stop();
	rtnl_exit();
	trigger_exit();
	vips_exit();
	registry_exit();
	attempt_exit();
	kernel_exit();
	secret_forget_all();
	config_free(&dsrd.config);
}

static int wrong_options(struct dsr_error *err)
{
	return error_usage(err, "usage: dsrd [-n NETNS] [-f FILE]");
}

static int parse_options(int argc, char **argv, struct dsr_error *err)
{
	static const struct option options[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "netns", required_argument, NULL, 'n' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "f:n:V", options, NULL)) != -1) {
		switch (letter) {
		case 'f':
			dsrd.file = optarg;
			break;
		case 'n':
			dsrd.netns = optarg;
			break;
		case 'V':
			puts("dsrd " DSRCTL_VERSION);
			exit(0);
		default:
			return wrong_options(err);
		}
	}
	if (optind < argc)
		return wrong_options(err);
	if (dsrd.netns)
		return netns_enter(dsrd.netns, err);
	dsrd.netns = netns_own();
	return 0;
}

int main(int argc, char **argv)
{
	struct ev_loop *loop = ev_default_loop(EVFLAG_NOENV);
	struct dsr_error err = { 0 };
	int ret;

	ret = parse_options(argc, argv, &err);
	if (!ret)
		ret = start(loop, &err);
	if (ret) {
		error_print(&err, false, stderr);
		return err.status;
	}
	ev_run(loop, 0);
	stop();
	return kernel_has_failed() ? DSR_REFUSED : 0;
}
