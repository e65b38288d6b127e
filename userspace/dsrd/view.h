/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that there is to show, gathered for one answer: what the kernel has, what the checks say, and
 * what is wrong. The pages and the JSON are made from a view and from nothing else.
 *
 * Pure. A view refers to what it was made from, so it lasts no longer than the answer.
 */
#ifndef DSRD_VIEW_H
#define DSRD_VIEW_H

#include <time.h>

#include "dsrd/history.h"
#include "snapshot.h"

/* What checks say about a backend. */
struct view_check {
	bool known;			/* it has checks */
	const char *path;		/* the verdicts: up, down, unknown, none */
	const char *host;
	bool decided_down;		/* those that decide say so */
	bool host_only;			/* the host answers, the path does not */
	bool paused;
	const char *hint;		/* or NULL */
	const char *check;		/* the one that explains, or NULL */
	const char *reason;
	__u64 since;			/* seconds */
	time_t expires;			/* the first certificate to expire; 0: none is known */
};

struct view_backend {
	const struct rates_result *result;
	struct view_check check;
	char name[NAMES_TEXT];
	char address[ADDR_TEXT];
	bool fails;
};

struct view_service {
	const struct rates_object *object;
	const struct history *history;	/* or NULL */
	struct dsr_rates rates;
	enum service_state state;
	char name[NAMES_TEXT];
	char match[NAMES_TEXT];		/* PROTOCOL VIP, as in commands */
	size_t first;			/* its backends, in the list of all */
	size_t n;
};

enum finding_level {
	FINDING_FAULT,			/* clients notice, or soon will */
	FINDING_WARNING,
	FINDING_NOTE,			/* somebody wanted it */
	FINDING_LEVELS,
};

struct finding {
	enum finding_level level;
	char text[600];
	char command[256];		/* what to run, or empty */
	bool at_backend;		/* and where */
	const struct view_service *service;	/* that it is about, or NULL */
};

/* A VIP that is not announced, or not for long any more. */
struct view_vip {
	char name[ADDR_TEXT];
	bool withdrawn;
	bool wanted;			/* not because of health */
	char reason[256];
};

/* What dsrd says about itself. */
struct view_daemon {
	const char *machine;		/* name of this machine */
	const char *netns;		/* for commands, or NULL */
	const char *time;		/* now, for people */
	time_t now;
	bool loaded;			/* the module is */
	const char *error;		/* why the kernel cannot be read, or NULL */
	__u64 age;			/* seconds since it was read */
	const char *file;		/* the configuration file that was read last, or NULL */
	bool refused;			/* it has errors, and is not in effect */
	bool has_file;			/* one is in effect */
	size_t drift;			/* differences between file and kernel */
	bool braked;
	const struct list *vips;	/* of struct view_vip, or NULL */
	__u64 lag;			/* milliseconds: how late the loop has been */
};

struct view {
	struct view_daemon daemon;
	const struct snapshot *now;
	double seconds;			/* that rates are about; 0: there are none yet */
	const struct histories *histories;
	struct view_service *services;	/* in the order of the kernel */
	size_t n_services;
	struct view_backend *backends;
	size_t n_backends;
	struct list results;		/* of struct rates_result */
	struct list drops;		/* of struct rates_drop */
	struct list findings;		/* of struct finding, the worst first */
	size_t n_findings[FINDING_LEVELS];
};

/* What a view is made from. */
struct view_source {
	struct view_daemon daemon;
	const struct snapshot *now;
	const struct snapshot *before;
	const struct histories *histories;
	/* Fill in what checks say about a backend. All is 0 at first. */
	void (*look)(const struct dsr_key *service, const struct dsr_addr *addr,
		     struct view_check *check);
};

void view_make(struct view *view, const struct view_source *source);
void view_free(struct view *view);

/* Return the service of this match, or NULL. */
const struct view_service *view_find(const struct view *view, const char *match);

/* Write a duration for people. */
const char *view_duration(__u64 seconds, char *text, size_t size);

/* For view.c: find what is wrong. */
void findings_make(struct view *view);

#endif
