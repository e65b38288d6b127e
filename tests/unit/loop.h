/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dsrd's loop for unit tests: from a file to the kernel, with real sockets on the loopback device.
 * The kernel is a fake one, and the servers that are checked are in the same loop.
 */
#ifndef LOOP_H
#define LOOP_H

#include "dsrd/registry.h"
#include "unit.h"

#define SERVERS 3

/* What the kernel has, by the number of the server. */
extern struct fake_kernel {
	__u8 health[SERVERS];
	unsigned int told;
	bool refuses;
} kernel;

/* The routes to all servers are by device 7 and one router. */
extern const struct dsr_addr router;
extern bool has_route;

/* What the UDP servers do with datagrams. */
extern struct fake_udp {
	unsigned int loss;	/* of a thousand, each way */
	__u16 deaf_to;		/* the first one, to this port in network byte order */
	bool choose_port;	/* that of its next datagram */
	unsigned int received;	/* by the first one */
	unsigned int lost;
	__u32 seed;
} udp;

/* That have connected. */
extern unsigned int clients;

extern const struct member_filter all;
/* When the last run began, for all_have_run(). */
extern __u64 since;

/* Set up and tear down what a test needs. */
int set_up(void **state);
int tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* TCP and UDP servers at the same port of 127.0.0.1, .2 and .3; these are about those of TCP. */
void start_server(int i);
void stop_server(int i);

/* Take a file with these checks, of which the service has some. */
void take_named(const char *text, const char *names);
/* The same with one check, c. */
void take(const char *text);
#define CHECKS(options) \
	"{name: c, type: " options ", fall: 2, interval: 60, fast-interval: 60}"

/* Run the loop until the function returns true. */
void run_until(bool (*is_so)(void));
/* Run it for some time. */
void run_for(double seconds);
/* Have each probe get so many more results. */
void run(int times);
/* Return all that is logged and listed. */
const char *journal(void);

bool all_have_run(void);
bool is_down_1(void);
bool is_up_1(void);
bool is_braked(void);
bool is_free(void);

#endif
