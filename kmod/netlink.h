/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink protocol of include/netlink/specs/nf_dsr.yaml: functions that its handlers
 * share. A handler parses a request into plain structs, takes dsr_net.lock, and calls
 * the functions that change the configuration. No other code of the module reads an
 * attribute.
 *
 * Context: process. Functions with a service or a backend as argument are called under
 * dsr_net.lock.
 *
 * Read this file first, then netlink.c (checks, answers, dumps, notifications, totals,
 * devices), netlink_commit.c (transactions of many operations) and netlink_defer.c (deferred
 * requests);
 * netlink_attr.c and netlink_option.c for attributes; and netlink_service.c,
 * netlink_backend.c, netlink_flow.c and netlink_trace.c for the operations.
 */
#ifndef _DSR_NETLINK_H
#define _DSR_NETLINK_H

#include <net/genetlink.h>

#include "backend.h"
#include "netlink_gen.h"

struct dsr_net;
struct dsr_txn;

int dsr_nl_init(struct genl_family *family);

/* Check a request before its operation: the family's pre_doit calls dsr_nl_check_do()
 * first, and each dumpit calls dsr_nl_check_dump() first. Return: 0, or a negative errno
 * with an extack message.
 */
int dsr_nl_check_do(const struct genl_split_ops *ops,
		    const struct genl_info *info);
int dsr_nl_check_dump(struct netlink_callback *cb);

/* Refuse attributes of types whose BIT_ULL() is not in @known, with the message @text. A
 * get request and a dump share a policy, so each states which attributes it accepts.
 * Return: 0, or -EINVAL with an extack message.
 */
int dsr_nl_check_known(struct nlattr **tb, int max, u64 known, const char *text,
		       struct netlink_ext_ack *extack);

/**
 * struct dsr_nl_req - a request: the attributes of a message, or of one operation in a
 *	message
 * @tb: attributes by type
 * @first: first of the attributes, for types that may occur many times
 * @len: number of bytes from @first on
 * @flags: NLM_F_CREATE and so on
 * @extack: for the message of a refusal
 */
struct dsr_nl_req {
	struct nlattr **tb;
	const struct nlattr *first;
	int len;
	u16 flags;
	struct netlink_ext_ack *extack;
};

/* Return a request with the attributes of the whole message. */
struct dsr_nl_req dsr_nl_req(const struct genl_info *info);

/* Draft one change. Context: under dsr_net.lock. Return: 0, or a negative errno, usually
 * with an extack message.
 */
typedef int (*dsr_nl_draft_fn)(struct dsr_txn *txn, const struct dsr_nl_req *req);

int dsr_nl_service_set(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_del(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_flush(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_set(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_del(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req);

/* Return the result of a deletion that may find nothing: 0 in place of -ENOENT. The
 * message of -ENOENT is cleared in this case, because the message of a success is a
 * warning.
 */
int dsr_nl_destroyed(int err, struct netlink_ext_ack *extack);

/* Get an address; exactly one of the two attributes must be present. Return: 0, or
 * -EINVAL with an extack message.
 */
int dsr_nl_get_addr(const struct nlattr *addr4, const struct nlattr *addr6,
		    u8 *family, union nf_inet_addr *addr,
		    struct netlink_ext_ack *extack);

/* Get an address and the length of its prefix, which is the full length if @len is
 * absent. Return: 0, or a negative errno with an extack message.
 */
int dsr_nl_get_prefix(const struct nlattr *addr4, const struct nlattr *addr6,
		      const struct nlattr *len, u8 *family,
		      struct dsr_prefix *prefix,
		      struct netlink_ext_ack *extack);

/* Get or put the attributes that say which packets a service accepts. Return: 0, or a
 * negative errno, with an extack message from the first function.
 */
int dsr_nl_get_service_filter(const struct dsr_nl_req *req, u8 family,
			      struct dsr_filter_conf *conf);
int dsr_nl_put_service_filter(struct sk_buff *skb, u8 family,
			      const struct dsr_filter_conf *conf);

/* Get and check the key of a service. Return: 0, or a negative errno with an extack
 * message.
 */
int dsr_nl_get_key(struct nlattr **tb, struct dsr_service_key *key,
		   struct netlink_ext_ack *extack);

/* Return the service of the key in the nested attribute @nest, or an ERR_PTR with an
 * extack message.
 */
struct dsr_service *dsr_nl_get_service(struct dsr_net *dn,
				       const struct nlattr *nest,
				       struct netlink_ext_ack *extack);

/* Read the options that the request gives, except scheduler, seed and those that say
 * which packets a service accepts. Return: 0, or a negative errno with an extack message.
 */
int dsr_nl_get_service_options(struct nlattr **tb,
			       struct dsr_service_conf *conf,
			       struct netlink_ext_ack *extack);
int dsr_nl_get_backend_options(struct nlattr **tb,
			       struct dsr_backend_conf *conf,
			       struct netlink_ext_ack *extack);

/* Set the options that the request unsets to the values that they have if they are never
 * given: those of @defaults, which has the namespace's seed, or of
 * dsr_backend_conf_default. Callers do this before they read the rest of the request.
 * Return: 0, or -EINVAL with an extack message.
 */
int dsr_nl_unset_service(const struct dsr_nl_req *req,
			 struct dsr_service_conf *conf,
			 const struct dsr_service_conf *defaults);
int dsr_nl_unset_backend(const struct dsr_nl_req *req,
			 struct dsr_backend_conf *conf);

/* Check the flags of a -new request against the existence of the object. Return: 0,
 * -EEXIST with the message @already, -ENOENT with the message @missing, or -EINVAL with
 * an extack message.
 */
int dsr_nl_check_new(const struct dsr_nl_req *req, bool exists,
		     const char *already, const char *missing);

/* Return true if options that the request does not give keep their values, and false if
 * they take their defaults.
 */
static inline bool dsr_nl_keeps(const struct dsr_nl_req *req)
{
	return !(req->flags & NLM_F_CREATE);
}

/* Put attributes into a message. Return: 0 or -EMSGSIZE. */
int dsr_nl_put_addr(struct sk_buff *skb, int attr4, int attr6, u8 family,
		    const union nf_inet_addr *addr);
int dsr_nl_put_key(struct sk_buff *skb, const struct dsr_service_key *key);
int dsr_nl_put_key_nest(struct sk_buff *skb, int attr,
			const struct dsr_service_key *key);
int dsr_nl_put_service_options(struct sk_buff *skb,
			       const struct dsr_service_conf *conf);
int dsr_nl_put_backend_options(struct sk_buff *skb,
			       const struct dsr_backend_conf *conf);
int dsr_nl_put_counters(struct sk_buff *skb, int attr,
			const struct dsr_counters *sum);

/* Answer a get request with the attributes that @put writes for @object. Return: 0, or a
 * negative errno.
 */
int dsr_nl_reply(struct genl_info *info, u8 cmd,
		 int (*put)(struct sk_buff *skb, const void *object),
		 const void *object);

/* The same with an answer of up to @size bytes. */
int dsr_nl_reply_sized(struct genl_info *info, u8 cmd, size_t size,
		       int (*put)(struct sk_buff *skb, const void *object),
		       const void *object);

/* Maximum size of the answer to a dry run, which clients must be able to receive. */
#define DSR_NL_DRY_RUN_SIZE	(16 * 1024)

/* Put the previews of the draft's services, from the cursor @from on, and the next
 * cursor if they do not fit into an answer of that size. Context: process, under
 * dsr_net.lock. Return: 0, or a negative errno.
 */
int dsr_nl_put_previews(struct sk_buff *skb, struct dsr_txn *txn,
			const struct nlattr *from);

/* Take a mutex for a part of a dump. The first part is written while the reader holds
 * genetlink's lock, so it waits for no more than a tenth of a second. The other parts
 * are written in recvmsg() and wait as long as necessary. Return: 0, -EBUSY with an
 * extack message, or -EINTR.
 */
int dsr_nl_dump_wait(struct mutex *lock, bool first,
		     struct netlink_ext_ack *extack);

/* Take dsr_net.lock in this way, and set cb->seq to the generation. */
int dsr_nl_dump_lock(struct dsr_net *dn, struct netlink_callback *cb);

/* Add one object to a dump. Return: 0, or -EMSGSIZE if the object and the rest of the
 * dump go into another skb.
 */
int dsr_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    int (*put)(struct sk_buff *skb, const void *object),
		    const void *object);

/* Set a message for -ENOMEM if the code that returned it has set none. */
void dsr_nl_explain(int err, struct netlink_ext_ack *extack);

/* Run @draft as a transaction, for a request of any family. Context: process, under
 * dsr_net.lock. Return: 0, or a negative errno, usually with an extack message; the
 * message of a success is a warning.
 */
int dsr_nl_run(struct dsr_net *dn, struct genl_info *info,
	       int (*draft)(struct dsr_txn *txn, void *arg), void *arg);

/* Run @draft as a transaction of its own. Return: 0, or a negative errno, usually with
 * an extack message; the message of a success is a warning.
 */
int dsr_nl_transact(struct genl_info *info, dsr_nl_draft_fn draft);

/* Notify listeners of a change of the configuration. Without @info the change has no
 * request.
 */
void dsr_nl_notify(struct dsr_net *dn, struct genl_info *info, u8 cmd,
		   int (*put)(struct sk_buff *skb, const void *object),
		   const void *object);

/* Notify listeners of a service or backend that was added, changed or deleted. Context:
 * process, under dsr_net.lock, as for dsr_nl_notify().
 */
void dsr_nl_notify_service(struct dsr_service *svc, struct genl_info *info,
			   bool deleted);
void dsr_nl_notify_backend(struct dsr_backend *backend, struct genl_info *info,
			   bool deleted);

/*
 * Deferred requests: requests that a worker of their namespace serves instead of the
 * sender.
 *
 * While the sender of a request is in the kernel, it holds genetlink's lock for reading.
 * Each family takes this lock for writing when it is registered. Then the requests of
 * all families on the host wait for the slowest one. So a request that may take long,
 * and each request that would have to wait for such a request, is put into a queue. The
 * sender leaves the kernel at once, and a worker answers when the request is done. The
 * worker serves the requests in the order of the queue.
 *
 * The work is charged to the memory cgroup of the sender, and ends early if the sender
 * is killed. Context: process.
 */

/* Maximum number of deferred requests of a namespace; further requests are refused. */
#define DSR_NL_DEFERRED_MAX	64

void dsr_nl_defer_init(struct dsr_net *dn);

/* Wait until the worker has served all requests in the queue, when the namespace is being
 * removed, or a family whose requests may be in the queue.
 */
void dsr_nl_defer_flush(struct dsr_net *dn);

/* Defer no more requests, and wait until every worker is done, when the module is being
 * unloaded.
 */
void dsr_nl_defer_close(void);

/* Begin a request: it either continues and holds dsr_net.slow for reading, or it is in
 * the queue; then -EINTR makes netlink send no answer. A @slow request, one that may take
 * long, always goes into the queue. dsr_nl_leave() ends a request that continued.
 */
int dsr_nl_enter(const struct genl_split_ops *ops, struct sk_buff *skb,
		 struct genl_info *info, bool slow);
void dsr_nl_leave(struct genl_info *info);

/* Operations of struct genl_family: check the request, and begin and end it, unless it
 * needs no lock.
 */
int dsr_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info);
void dsr_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info);

#endif /* _DSR_NETLINK_H */
