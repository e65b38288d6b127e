/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of the words of IPVS, whose configurations ipvsadm and keepalived have: names of
 * schedulers, methods and tunnels, timeouts, ports.
 */
#ifndef DSRCTL_LVS_H
#define DSRCTL_LVS_H

#include "import.h"

/* Timeouts in seconds, which IPVS has for all services together. */
struct lvs_timeouts {
	__u32 tcp;
	__u32 tcpfin;
	__u32 udp;
};

#define LVS_TIMEOUTS { 900, 120, 300 }

enum lvs_method {
	LVS_NAT,
	LVS_DR,
	LVS_TUN,
};

/* How packets reach a server. */
struct lvs_forward {
	enum lvs_method method;
	const char *type;		/* of a tunnel: ipip, gre, gue; NULL: ipip */
	const char *port;		/* of gue, or NULL */
	const char *checksum;		/* nocsum, csum, remcsum, or NULL */
};

extern const char lvs_no_nat[];		/* why there is no address translation */
extern const char lvs_no_sync[];	/* why there is no sync daemon */

/* Set the scheduler by its name. A flag is one of mh-port, sh-fallback and so on. */
void lvs_set_scheduler(struct import *in, struct import_service *service, const char *name,
		       size_t line);
void lvs_set_flag(struct import *in, struct import_service *service, const char *flag,
		  size_t line);
/* Set the timeouts, and what clients get without a server. */
void lvs_set_timeouts(struct import *in, struct import_service *service,
		      const struct lvs_timeouts *timeouts);
/* Set the prefix of persistence by a netmask or, for IPv6, a length. */
void lvs_set_netmask(struct import *in, struct import_service *service, const char *mask,
		     size_t line);
void lvs_set_forward(struct import *in, struct import_backend *backend,
		     const struct lvs_forward *forward, size_t line);
/* Set the limits of connections, 0 for none. */
void lvs_set_thresholds(struct import *in, struct import_backend *backend, __u64 upper,
			__u64 lower, size_t line);

/* Return the length of a netmask, or -1 if it has gaps or is none. */
int lvs_mask_length(const char *mask);
/* Parse a port by its number or name. Return -1 if it is neither. */
int lvs_port(const char *word);
/* Return true if a server with this port can be reached by a service: DSR changes no ports.
 * Report why not.
 */
bool lvs_check_port(struct import *in, struct import_service *service, const char *address,
		    int port, size_t line);
/* Say what a service by mark needs. */
void lvs_note_mark(struct import *in, const struct import_service *service, size_t line);
/* Set one-packet, which only UDP can have. */
void lvs_set_one_packet(struct import *in, struct import_service *service, size_t line);

/* Return true if the server can have the method in this service, and report why not. */
bool lvs_check_forward(struct import *in, struct import_service *service, const char *address,
		       const struct lvs_forward *forward, size_t line);

#endif
