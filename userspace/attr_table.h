/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of attributes. Only nl_attr.c and attr_*.c use them. */
#ifndef DSRCTL_ATTR_TABLE_H
#define DSRCTL_ATTR_TABLE_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "conf.h"

struct attr_set;

struct attr_info {
	const char *name;
	enum attr_kind kind;
	size_t offset;			/* in the struct of the set */
	__u64 bit;			/* of the struct's set, or 0 */
	const char *const *names;	/* words for the values, or NULL */
	const struct attr_set *nested;
};

struct attr_set {
	const struct attr_info *infos;
	int max;
	size_t set_offset;		/* of the set, if attributes have bits */
	enum conf_object object;	/* the set has the attributes of its options, too, */
	size_t conf_offset;		/* which are in this struct dsr_conf */
};

extern const struct attr_set attr_prefix_set;
extern const struct attr_set attr_service_set;
extern const struct attr_set attr_key_set;	/* first attributes of a service */
extern const struct attr_set attr_backend_set;
extern const struct attr_set attr_flow_set;
extern const struct attr_set attr_device_set;
extern const struct attr_set attr_stats_set;
extern const struct attr_set attr_commit_set;
extern const struct attr_set attr_cursor_set;
extern const struct attr_set attr_preview_set;
extern const struct attr_set attr_share_set;

/* Find an attribute of a set, also among the options. Return false if there is none. */
bool attr_find(const struct attr_set *set, unsigned int type, struct attr_info *info);

/* Functions of nl_attr.c for attr_*.c. */
void attr_check_put(int error);
int attr_get_all(const struct nlmsghdr *hdr, const struct attr_set *set, void *base,
		 struct dsr_error *err);
int attr_get_nest(struct nlattr *nla, const struct attr_set *set, void *base,
		  struct dsr_error *err);
extern const struct attr_set attr_trace_set;

/* Put an address into the attribute of its family. */
void attr_put_addr(struct nl_msg *msg, int attr4, int attr6, const struct dsr_addr *addr);
void attr_put_service_nest(struct nl_msg *msg, int attr, const struct dsr_key *key);

struct nlattr *attr_first(const struct nlmsghdr *hdr);
int attr_len(const struct nlmsghdr *hdr);

/* Read an address. The caller has checked that the length of the payload fits the
 * family.
 */
void attr_get_addr(const struct nlattr *nla, int family, struct dsr_addr *addr);

/* Put and read the sources of a service. Requests and answers have one attribute for
 * each of them.
 */
void attr_put_sources(struct nl_msg *msg, const struct dsr_conf *conf);
int attr_get_sources(const struct nlmsghdr *hdr, struct dsr_conf *conf, struct dsr_error *err);

#endif
