/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A director with any number of services and backends, for tests of what dsrd shows. */
#ifndef VIEW_FIXTURE_H
#define VIEW_FIXTURE_H

#include "dsrd/view.h"

struct fixture {
	struct snapshot now;
	struct snapshot before;
	struct histories histories;
	struct view_daemon daemon;
	struct view view;
	bool is_made;
};

/* What checks say about the backends whose address ends with this byte, or about all if it is 0,
 * and about the others.
 */
extern struct view_check fixture_check;
extern __u8 fixture_checked;
extern struct view_check fixture_others;

void fixture_begin(struct fixture *fixture);
/* Add a service, and return it, to be changed; it may move with the next call. */
struct rates_object *fixture_service(struct fixture *fixture, const char *vrf);
/* Add a backend to the last service. */
struct rates_object *fixture_backend(struct fixture *fixture, __u8 effective, __u8 health);
/* Add services with so many backends each, of which each second one is down. */
void fixture_fill(struct fixture *fixture, unsigned int services, unsigned int backends);
/* Make the last hour of all services restless. */
void fixture_shake(struct fixture *fixture);
/* Count, sort, and make the view. */
const struct view *fixture_view(struct fixture *fixture);
void fixture_end(struct fixture *fixture);

#endif
