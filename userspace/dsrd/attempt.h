/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One try of a check: it asks a target, and reports the answer. A try does not know time; who
 * starts it stops it when it takes too long.
 *
 * Owner: the probe that it is a part of (probe.c). A try holds a socket, or a process, from
 * attempt_start() until it has reported or attempt_stop() is called. There is one loop, and nothing
 * runs outside of it.
 */
#ifndef DSRD_ATTEMPT_H
#define DSRD_ATTEMPT_H

#include <ev.h>
#include <time.h>

#include "addr.h"
#include "config_check.h"

/* What to ask. All bytes that are not part of a value are 0: targets are compared as bytes. */
struct target {
	struct dsr_addr addr;
	struct dsr_addr backend;	/* its own address; the same as addr unless mark is set */
	struct dsr_addr vip;		/* for the name in a request, and the environment */
	__u32 mark;			/* of the path; 0: the backend's own address is asked */
	__u16 port;			/* 0: none */
	char device[ADDR_DEVICE + 1];	/* VRF, or empty */
};

enum attempt_result {
	ATTEMPT_SUCCESS,
	ATTEMPT_FAILURE,
	ATTEMPT_VOID,		/* this machine could not ask: that says nothing */
};

/* What was wrong when a try failed, roughly: a label of metrics, whose values must be few. */
enum attempt_cause {
	CAUSE_ANSWER,		/* it answered something else than was expected */
	CAUSE_TIMEOUT,
	CAUSE_REFUSED,
	CAUSE_UNREACHABLE,
	CAUSE_CLOSED,		/* the connection was, before there was an answer */
	CAUSE_TLS,		/* the handshake, or the certificate */
	CAUSE_PROGRAM,
	CAUSE_OTHER,
	CAUSES,
};

struct attempt;

struct attempt_kind {
	const char *name;
	void (*start)(struct attempt *attempt);
	void (*stop)(struct attempt *attempt);	/* what the kind keeps in data */
	/* Ask once more. NULL: another try does. */
	void (*again)(struct attempt *attempt);
	/* Report what silence means. NULL: a failure. */
	void (*expire)(struct attempt *attempt);
};

struct attempt {
	const struct config_check *check;
	const struct target *target;
	/* Called once, from the loop or from attempt_start(), after all has been freed. */
	void (*done)(struct attempt *attempt, enum attempt_result result);
	/* Called when it begins, which may be later: programs wait for others. */
	void (*began)(struct attempt *attempt);
	void *owner;
	bool is_way;		/* it is a part of a sweep */
	__u16 source_port;	/* of a way: to ask from; 0: any, and then the one it was */

	/* The rest is set by the kinds. */
	char reason[120];	/* of a failure, or what a success was */
	enum attempt_cause cause;	/* of a failure */
	time_t expires;		/* of the certificate; 0: none was seen */
	bool is_heard;		/* the other side answers, and may not be done */
	unsigned int ways;	/* of a sweep: how many were asked, and how many are lost */
	unsigned int lost;
	const struct attempt_kind *kind;	/* NULL: it does not run */
	ev_io io;
	int fd;
	void *data;
};

/* Prepare all kinds. Return 0, or -1 with err filled. */
int attempt_init(struct ev_loop *loop, struct dsr_error *err);
void attempt_exit(void);

/* Start a try. The caller has set the first members and cleared the rest. */
void attempt_start(struct attempt *attempt);
/* Stop a try without a result. It may have stopped already. */
void attempt_stop(struct attempt *attempt);
/* Ask once more by this try. Return false if it takes another try. */
bool attempt_again(struct attempt *attempt);
/* Have it report, because the time is up. */
void attempt_expire(struct attempt *attempt);

/* For the kinds: */

extern struct ev_loop *attempt_loop;

extern const struct attempt_kind ask_icmp, ask_tcp, ask_udp, ask_http, ask_tls, ask_dns,
	ask_radius, ask_tacacs, ask_exec, ask_sweep;

int ask_http_init(struct ev_loop *loop, struct dsr_error *err);
void ask_http_exit(void);
int ask_tls_init(struct dsr_error *err);
void ask_tls_exit(void);

/* Stop, and report. The format is that of the reason. The try may be gone afterwards. */
void attempt_done(struct attempt *attempt, enum attempt_result result, const char *format, ...)
	__printf(3, 4);
/* Report a failure by errno, or that this machine has no more of something. */
void attempt_failed(struct attempt *attempt, const char *what, int error);

/* Return the cause that an errno stands for. */
enum attempt_cause attempt_cause_of(int error);

/* Report that nothing has answered, or what else the reason says. */
void attempt_silent(struct attempt *attempt);

/* Open a socket on the way to the target: with its mark, its VRF, an own address, and the source
 * port, if it is not 0. Return the descriptor, or -1 with errno set.
 */
int attempt_socket(const struct target *target, int type, int protocol, __u16 source_port);
/* Open a socket and connect it. Return 0, or -1 if that was reported already. */
int attempt_connect(struct attempt *attempt, int type, int protocol);
/* Call a function when the socket can be read or written. */
void attempt_await(struct attempt *attempt, int events,
		   void (*call)(struct ev_loop *loop, ev_io *io, int events));

/* Connect, send a datagram, and call a function when one comes. @what names it in reasons. */
void attempt_ask_datagram(struct attempt *attempt, const char *what, const void *bytes, size_t size,
			  void (*call)(struct ev_loop *loop, ev_io *io, int events));
/* Receive a datagram. Return its length, or -1 if there is none, or a failure was reported. */
ssize_t attempt_receive(struct attempt *attempt, const char *what, void *bytes, size_t size);

struct secret;
/* Return the secret of a file, or NULL if it was reported that there is none. It is there until the
 * loop goes on.
 */
const struct secret *attempt_secret(struct attempt *attempt, const char *file);

/* Return the name in requests: that of the check, or the VIP. */
const char *attempt_host(const struct attempt *attempt, char *text, size_t size);

struct sockaddr_storage;
/* Convert an address. Return the length. */
unsigned int attempt_sockaddr(const struct dsr_addr *addr, __u16 port,
			      struct sockaddr_storage *storage);

#endif
