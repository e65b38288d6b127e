/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the model's structs and the attributes of messages. */
#ifndef DSRCTL_NL_ATTR_H
#define DSRCTL_NL_ATTR_H

#include <netlink/msg.h>

#include "grammar.h"
#include "model.h"

/* Only what is in the conf's set is put. */
void attr_put_service(struct nl_msg *msg, const struct dsr_key *key, const struct dsr_conf *conf);
void attr_put_service_key(struct nl_msg *msg, const struct dsr_key *key);
void attr_put_backend(struct nl_msg *msg, const struct dsr_key *service,
		      const struct dsr_addr *addr, const struct dsr_conf *conf);
void attr_put_backend_key(struct nl_msg *msg, const struct dsr_key *service,
			  const struct dsr_addr *addr);
/* Which objects: those of a service (or no key), of a backend (or no address), and of
 * the filter.
 */
void attr_put_flow_filter(struct nl_msg *msg, const struct dsr_args *args);
void attr_put_backend_filter(struct nl_msg *msg, const struct dsr_args *args);
void attr_put_service_filter(struct nl_msg *msg, const struct dsr_filter *filter);
void attr_put_device(struct nl_msg *msg, const char *name);
void attr_put_explain(struct nl_msg *msg);
/* An operation of a transaction, of enum nf_dsr_op_kind. */
void attr_put_op(struct nl_msg *msg, int kind, const struct dsr_args *args);
/* What attr_describe() calls it. */
#define ATTR_COMMAND "command"
/* A transaction of such operations; any generation will do where it is 0. */
void attr_put_commit(struct nl_msg *msg, __u32 generation, const char *ops, size_t len);
void attr_put_trace(struct nl_msg *msg, const struct dsr_trace *trace);

/* Return 0, or -1 with err filled. */
int attr_get_service(const struct nlmsghdr *hdr, struct dsr_service *service,
		     struct dsr_error *err);
int attr_get_backend(const struct nlmsghdr *hdr, struct dsr_backend *backend,
		     struct dsr_error *err);
int attr_get_flow(const struct nlmsghdr *hdr, struct dsr_flow *flow, struct dsr_error *err);
int attr_get_device(const struct nlmsghdr *hdr, struct dsr_device *device,
		    struct dsr_error *err);
int attr_get_commit(const struct nlmsghdr *hdr, struct dsr_commit *commit,
		    struct dsr_error *err);
/* The stats are for model_free_stats() then. */
int attr_get_stats(const struct nlmsghdr *hdr, struct dsr_stats *stats, struct dsr_error *err);

/* Adds the answer to the question that the trace has. */
int attr_get_trace(const struct nlmsghdr *hdr, struct dsr_trace *trace, struct dsr_error *err);

/* Into err->at and err->attribute: which attribute stands at an offset of a request. */
void attr_describe(const struct nlmsghdr *request, __u32 offset, struct dsr_error *err);

/* Likewise of an attribute that is missing in the nest at an offset, or outside of all. */
void attr_describe_missing(const struct nlmsghdr *request, __u32 nest, __u32 type,
			   struct dsr_error *err);

#endif
