/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The backends that have checks: each is a backend of a service, of which the kernel knows and the
 * file has checks. The registry gives each its probes, derives what they say about it, and tells
 * the kernel when that is a change.
 *
 * The probes of the path decide. Without any, those of the backend's own address do. All that
 * decide must be up for the backend to be up, and one that is down takes it down.
 *
 * Owner: members and probes belong to the registry, and refer to each other. Both are replaced only
 * in registry_rebuild(), which keeps what stays the same with all its state.
 */
#ifndef DSRD_REGISTRY_H
#define DSRD_REGISTRY_H

#include "config.h"
#include "dsrd/probe.h"
#include "dsrd/tally.h"
#include "names.h"
#include "out.h"
#include "running.h"

/* A probe of a backend. */
struct link {
	struct probe *probe;
	bool of_path;
};

struct member {
	struct dsr_key service;
	struct dsr_addr addr;
	char service_name[NAMES_TEXT];
	char name[NAMES_TEXT];
	__u8 health;		/* enum nf_dsr_health, as the kernel has it */
	__u32 mark;
	bool paused;
	bool queued;		/* the kernel is to be told */
	struct tally *tally;	/* of its service */
	__u64 lowered;		/* when dsrd told the kernel that it is down; 0: never */
	struct link links[4 * CONFIG_CHECKS_MAX];
	unsigned int n_links;
	size_t host;		/* number of its address, for the brake */
	bool seen;		/* while the registry is rebuilt */
};

/* Selects members: all, those of a service, or one. */
struct member_filter {
	int operands;		/* 0, 2 or 3 */
	struct dsr_key service;
	struct dsr_addr addr;
};

/* For registry_rebuild.c: take the members of a rebuild, with the number of their addresses and the
 * longest interval of their checks.
 */
void registry_take(struct member **members, size_t n, size_t n_hosts, __u64 lately);

void registry_init(struct ev_loop *loop);
void registry_exit(void);

/* Take what the file and the kernel have now. */
void registry_rebuild(const struct config *config, const struct running *running);

/* The kernel reports a backend. Return false if it has one that is not known, or another mark. */
bool registry_on_backend(const struct dsr_backend *backend);

/* Ask now; stop to ask, or go on. Each returns the number of members that match. */
size_t registry_run(const struct member_filter *filter);
size_t registry_pause(const struct member_filter *filter, bool paused);
/* Say whether there is a way to any backend. Without one, the brake holds. */
void registry_set_uplink(bool is_there);
/* End the brake, if it holds. */
void registry_release(void);
/* Return true if all probes of matching members have a result from after this time. */
bool registry_is_done(const struct member_filter *filter, __u64 since);

/* Print the members, or their probes. */
void registry_print(struct out *out, const struct member_filter *filter);
void registry_print_probes(struct out *out, const struct member_filter *filter);

/* What the probes say, of the path or of the own address; of those that decide. */
enum verdict {
	VERDICT_NONE,		/* no such probe */
	VERDICT_UNKNOWN,
	VERDICT_UP,
	VERDICT_DOWN,
};

enum verdict member_verdict_of(const struct member *member, bool of_path);
enum verdict member_verdict(const struct member *member);
/* Return the probe that best explains the verdict, or NULL. */
const struct probe *member_reason(const struct member *member);
bool member_matches(const struct member *member, const struct member_filter *filter);

/* Return the member of a backend, or NULL. */
const struct member *registry_find(const struct dsr_key *service, const struct dsr_addr *addr);

/* Return why the kernel is not told what the checks of a member find, or NULL. */
const char *member_hold(const struct member *member);
/* Return what the two verdicts of a member together mean, or NULL. */
const char *member_hint(const struct member *member);
/* Return the word for a verdict. */
const char *verdict_name(enum verdict verdict);

/* The state that registry_print.c prints. */
struct member *registry_member(size_t i);
size_t registry_n_members(void);
bool registry_is_braked(void);

#endif
