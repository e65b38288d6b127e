/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rates and shares, computed from two readings of the counters. These functions ask neither the
 * kernel nor the clock.
 */
#ifndef DSRCTL_RATES_H
#define DSRCTL_RATES_H

#include "list.h"
#include "model.h"

/* A service or a backend, as far as its rates depend on it. */
struct rates_object {
	struct dsr_key service;
	struct dsr_addr addr;		/* of the backend; without a family it is the service */
	struct dsr_counters counters;
	__u32 weight;			/* of the backend */
	__u8 effective;			/* enum nf_dsr_effective_state */
	__u8 state;			/* enum nf_dsr_backend_state */
	__u8 health;			/* enum nf_dsr_health */
	__u32 backends;			/* of the service */
	__u32 up;			/* those that take new flows */
	__u32 failing;			/* those that do not serve although they should */
	__u32 healthy;
	__u32 fail_open;
	__u64 fail_opens;
};

/* The objects of one kind at one time, in the order in which the kernel lists them: the backends
 * of a service follow one another.
 */
struct rates_reading {
	__u64 time;			/* in nanoseconds; 0: nothing has been read */
	struct list objects;		/* of struct rates_object */
	const struct rates_object **sorted;
};

#define RATES_READING { .objects = LIST_OF(struct rates_object), }

/* The rates of an object, and of a backend its shares in its service. */
struct rates_result {
	const struct rates_object *object;
	struct dsr_rates rates;
	double share;			/* of the new flows, 0 to 1, or RATES_UNKNOWN */
	double weight_share;		/* that the weights give to it */
};

#define RATES_UNKNOWN (-1.0)

/* Add an object and return it. It may move with the next call. */
struct rates_object *rates_add(struct rates_reading *reading,
			       const struct dsr_key *service,
			       const struct dsr_addr *addr, const struct dsr_conf *conf,
			       const struct dsr_counters *counters);
/* Prepare a reading for rates_of(). No object may be added afterwards. */
void rates_sort(struct rates_reading *reading);
/* Move a reading. Nothing remains of it in from, and what to had is freed. */
void rates_move(struct rates_reading *to, struct rates_reading *from);
void rates_free(struct rates_reading *reading);

/* Compute the rates of an object since an earlier reading. An object that was not there then, or
 * whose counters have gone back because it was created again, has counted from 0 since.
 */
void rates_of(const struct rates_reading *before, const struct rates_object *now, __u64 time,
	      struct dsr_rates *rates);

/* Compute the results of all objects of a reading, in its order. */
void rates_compute(const struct rates_reading *before, const struct rates_reading *now,
		   struct list *results);

/* Return the object of these names, or NULL. addr is NULL for a service. */
const struct rates_object *rates_find(const struct rates_reading *reading,
				      const struct dsr_key *service, const struct dsr_addr *addr);

/* Return 0 if the keys are of one service. */
int rates_compare_keys(const struct dsr_key *a, const struct dsr_key *b);

/* Return true if the backend takes new flows. */
bool rates_takes_flows(__u8 effective);

/* Return true if a backend does not serve, or serves although it is unhealthy, and nobody wanted
 * that: its health is down, or no route or neighbour leads to it.
 */
bool rates_fails(const struct rates_object *backend);

/* The packets for each drop reason. */
struct rates_drop {
	const char *name;
	const char *doc;		/* or NULL */
	__u64 packets;
	double rate;			/* packets per second */
};

/* Compute how many packets were dropped per second for each reason. The reasons that a module
 * lacks, which was loaded meanwhile, do not matter.
 */
void rates_drops(const struct dsr_stats *before, const struct dsr_stats *now, __u64 elapsed,
		 struct list *drops);

/* Parse an interval: a number of seconds, in nanoseconds. Return 0, or -1 with err filled. */
int rates_parse_interval(const char *text, __u64 *interval, struct dsr_error *err);

/* Return a number in at most five characters, with k, M, G or T for large ones. */
const char *rates_format(double value, char *text, size_t size);
/* Return a share in percent, in at most five characters; "-" if it is unknown. */
const char *rates_format_share(double share, char *text, size_t size);

#endif
