/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion between the structs of the model and the attributes of messages. */
#ifndef DSRCTL_NL_ATTR_H
#define DSRCTL_NL_ATTR_H

#include <netlink/msg.h>

#include "grammar.h"
#include "list.h"
#include "model.h"

/* Put a service or a backend, with the options that are in the set of conf. */
void attr_put_service(struct nl_msg *msg, const struct dsr_key *key, const struct dsr_conf *conf);
void attr_put_service_key(struct nl_msg *msg, const struct dsr_key *key);
void attr_put_backend(struct nl_msg *msg, const struct dsr_key *service,
		      const struct dsr_addr *addr, const struct dsr_conf *conf);
void attr_put_backend_key(struct nl_msg *msg, const struct dsr_key *service,
			  const struct dsr_addr *addr);
/* Put which objects the kernel is to list: those of the service if args has a key, of
 * the backend if it has an address, and those that the filter selects.
 */
/* Put a flow to add, with its service and backend. */
void attr_put_flow(struct nl_msg *msg, const struct dsr_args *args);
void attr_put_flow_filter(struct nl_msg *msg, const struct dsr_args *args);
void attr_put_backend_filter(struct nl_msg *msg, const struct dsr_args *args);
void attr_put_service_filter(struct nl_msg *msg, const struct dsr_filter *filter);
void attr_put_device(struct nl_msg *msg, const char *name);
void attr_put_explain(struct nl_msg *msg);
/* Put an operation of a transaction; kind is enum nf_dsr_op_kind. */
void attr_put_op(struct nl_msg *msg, int kind, const struct dsr_args *args);
/* Name of an operation in the texts of attr_describe(). */
#define ATTR_COMMAND "command"
/* Put a transaction of such operations. If generation is 0, the configuration may have
 * any.
 */
void attr_put_commit(struct nl_msg *msg, __u32 generation, const char *ops, size_t len);
/* Have the kernel change nothing and tell what it would change, from the cursor on. */
void attr_put_dry_run(struct nl_msg *msg, const struct dsr_preview_cursor *cursor);
void attr_put_trace(struct nl_msg *msg, const struct dsr_trace *trace);

/* Read an object from a message. Return 0, or -1 with err filled. */
int attr_get_service(const struct nlmsghdr *hdr, struct dsr_service *service,
		     struct dsr_error *err);
int attr_get_backend(const struct nlmsghdr *hdr, struct dsr_backend *backend,
		     struct dsr_error *err);
int attr_get_flow(const struct nlmsghdr *hdr, struct dsr_flow *flow, struct dsr_error *err);
int attr_get_device(const struct nlmsghdr *hdr, struct dsr_device *device,
		    struct dsr_error *err);
int attr_get_commit(const struct nlmsghdr *hdr, struct dsr_commit *commit,
		    struct dsr_error *err);
/* Append what a transaction would change to lists of struct dsr_preview and struct
 * dsr_preview_backend, and set the cursor to the rest.
 */
int attr_get_previews(const struct nlmsghdr *hdr, struct list *previews, struct list *backends,
		      struct dsr_preview_cursor *cursor, struct dsr_error *err);
/* The caller frees the content with model_free_stats(). */
int attr_get_stats(const struct nlmsghdr *hdr, struct dsr_stats *stats, struct dsr_error *err);

/* Add the kernel's answer to the request in trace. */
int attr_get_trace(const struct nlmsghdr *hdr, struct dsr_trace *trace, struct dsr_error *err);

/* Describe the attribute at an offset of a request in err->at and err->attribute. */
void attr_describe(const struct nlmsghdr *request, __u32 offset, struct dsr_error *err);

/* Do the same for an attribute that is missing in the nest at an offset, or, if nest is
 * 0, at the top level of the request.
 */
void attr_describe_missing(const struct nlmsghdr *request, __u32 nest, __u32 type,
			   struct dsr_error *err);

#endif
