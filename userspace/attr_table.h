/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of attributes, shared by nl_attr.c and attr_*.c alone. */
#ifndef DSRCTL_ATTR_TABLE_H
#define DSRCTL_ATTR_TABLE_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "model.h"

enum attr_kind {
	FLAG,
	U8,
	U32,
	U64,
	BE16,
	STRING,		/* char[DSR_TEXT] in the struct */
	ADDR4,
	ADDR6,
	NEST,
	NESTS,		/* many of them; the table alone does not get them */
	OPTION,		/* the number of another attribute of the set; is put, and never got */
};

struct attr_set;

struct attr_info {
	const char *name;
	enum attr_kind kind;
	size_t offset;			/* in the set's struct */
	__u64 bit;			/* of dsr_conf.set, or 0 */
	const char *const *names;	/* of the values, or NULL */
	const struct attr_set *nested;
};

struct attr_set {
	const struct attr_info *infos;
	int max;
	size_t set_offset;		/* of dsr_conf.set, where bits are used */
};

extern const struct attr_set attr_prefix_set;
extern const struct attr_set attr_service_set;
extern const struct attr_set attr_key_set;	/* its first attributes */
extern const struct attr_set attr_backend_set;
extern const struct attr_set attr_flow_set;
extern const struct attr_set attr_device_set;
extern const struct attr_set attr_stats_set;
extern const struct attr_set attr_commit_set;

/* For the files that do a part of nl_attr.h. */
void attr_check_put(int error);
int attr_get_all(const struct nlmsghdr *hdr, const struct attr_set *set, void *base,
		 struct dsr_error *err);
extern const struct attr_set attr_trace_set;

/* Of the two attributes the one of the address's family. */
void attr_put_addr(struct nl_msg *msg, int attr4, int attr6, const struct dsr_addr *addr);
void attr_put_service_nest(struct nl_msg *msg, int attr, const struct dsr_key *key);

struct nlattr *attr_first(const struct nlmsghdr *hdr);
int attr_len(const struct nlmsghdr *hdr);

/* The attribute's payload must be of the family's length. */
void attr_get_addr(const struct nlattr *nla, int family, struct dsr_addr *addr);

/* The sources of a service: an attribute each, in a request as in an answer. */
void attr_put_sources(struct nl_msg *msg, const struct dsr_conf *conf);
int attr_get_sources(const struct nlmsghdr *hdr, struct dsr_conf *conf, struct dsr_error *err);

#endif
