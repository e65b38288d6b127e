/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink protocol of include/netlink/specs/nf_dsr.yaml: what its handlers
 * share. Handlers parse into plain structs, take dsr_net.lock, and call what
 * changes the configuration; nothing else in the module sees an attribute.
 *
 * Process context; functions that get a service or backend expect the lock.
 */
#ifndef _DSR_NETLINK_H
#define _DSR_NETLINK_H

#include <net/genetlink.h>

#include "backend.h"
#include "netlink_gen.h"

struct dsr_net;
struct dsr_txn;

int dsr_nl_init(struct genl_family *family);

/* Before each operation: the first step of the family's pre_doit and of each dumpit.
 * Return 0 or a negative errno, with an extack.
 */
int dsr_nl_check_do(const struct genl_split_ops *ops,
		    const struct genl_info *info);
int dsr_nl_check_dump(struct netlink_callback *cb);

/* Refuse, with a text, what is given beyond the types that are BIT_ULL()s in @known.
 * Gets and dumps share a policy, so each says what it takes of it.
 */
int dsr_nl_check_known(struct nlattr **tb, int max, u64 known, const char *text,
		       struct netlink_ext_ack *extack);

/**
 * struct dsr_nl_req - what is asked: a message's attributes, or those of one of
 * the operations in it
 * @tb: by type
 * @first: all of them, for types that may be there many times
 * @len: bytes from @first on
 * @flags: NLM_F_CREATE and so on
 * @extack: for a refusal
 */
struct dsr_nl_req {
	struct nlattr **tb;
	const struct nlattr *first;
	int len;
	u16 flags;
	struct netlink_ext_ack *extack;
};

/* The whole message's. */
struct dsr_nl_req dsr_nl_req(const struct genl_info *info);

/* Draft one change. Under dsr_net.lock. Return 0 or a negative errno, with an extack. */
typedef int (*dsr_nl_draft_fn)(struct dsr_txn *txn, const struct dsr_nl_req *req);

int dsr_nl_service_set(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_del(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_service_flush(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_set(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_del(struct dsr_txn *txn, const struct dsr_nl_req *req);
int dsr_nl_backend_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req);

/* What a deletion came to, for one that may find nothing: -ENOENT is 0, and its text is
 * taken back, as the text of a success is a warning.
 */
int dsr_nl_destroyed(int err, struct netlink_ext_ack *extack);

/**
 * struct dsr_nl_fwd_ids - attributes that say how to reach a backend
 * @method: and so on: their numbers, other ones for services and backends
 * @dscp: 0 for backends, which have none of their own
 */
struct dsr_nl_fwd_ids {
	int method;
	int outer_source;
	int outer_addr4;
	int outer_addr6;
	int outer_ttl;
	int outer_prefix4;
	int outer_prefix6;
	int outer_port;
	int outer_checksum;
	int gue_variant;
	int gre_key;
	int dscp;
};

/* Exactly one of the two must be there. Returns 0 or -EINVAL, with an extack. */
int dsr_nl_get_addr(const struct nlattr *addr4, const struct nlattr *addr6,
		    u8 *family, union nf_inet_addr *addr,
		    struct netlink_ext_ack *extack);

/* An address and the length of its prefix; no length means all of it. Returns 0
 * or a negative errno, with an extack.
 */
int dsr_nl_get_prefix(const struct nlattr *addr4, const struct nlattr *addr6,
		      const struct nlattr *len, u8 *family,
		      struct dsr_prefix *prefix,
		      struct netlink_ext_ack *extack);

/* What a -new request says of whose packets a service takes. */
int dsr_nl_get_service_filter(const struct dsr_nl_req *req, u8 family,
			      struct dsr_filter_conf *conf);
int dsr_nl_put_service_filter(struct sk_buff *skb, u8 family,
			      const struct dsr_filter_conf *conf);

/* A service's key, checked. */
int dsr_nl_get_key(struct nlattr **tb, struct dsr_service_key *key,
		   struct netlink_ext_ack *extack);

/* The same, nested; and the service of that key. */
struct dsr_service *dsr_nl_get_service(struct dsr_net *dn,
				       const struct nlattr *nest,
				       struct netlink_ext_ack *extack);

/* Set in @fwd what is given. */
int dsr_nl_get_fwd(struct nlattr **tb, const struct dsr_nl_fwd_ids *ids,
		   struct dsr_fwd *fwd, struct netlink_ext_ack *extack);

/* Set what the request unsets to what it is where it is not given: in @defaults, which has
 * the seed of the namespace, or in dsr_backend_conf_default. Before the rest of the request
 * is read. Return 0 or -EINVAL, with an extack.
 */
int dsr_nl_unset_service(const struct dsr_nl_req *req,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_service_conf *conf,
			 const struct dsr_service_conf *defaults);
int dsr_nl_unset_backend(const struct dsr_nl_req *req,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_backend_conf *conf);

/* How a service schedules: all attributes of it but the scheduler and seed. */
int dsr_nl_get_sched(struct nlattr **tb, struct dsr_policy *policy,
		     struct netlink_ext_ack *extack);

/* A number from @min to @max, or the text @refusal; @value stays if it is absent.
 * Returns 0 or -ERANGE.
 */
int dsr_nl_get_range(const struct nlattr *attr, u32 min, u32 max, u32 *value,
		     const char *refusal, struct netlink_ext_ack *extack);

/* Is the address one that a single machine can have? */
bool dsr_nl_unicast(u8 family, const union nf_inet_addr *addr);

/* What the flags of a -new request allow, given whether the object exists: 0,
 * -EEXIST with the text @already, -ENOENT with the text @missing, or -EINVAL.
 */
int dsr_nl_check_new(const struct dsr_nl_req *req, bool exists,
		     const char *already, const char *missing);

/* Should what is not given keep its value, rather than take its default? */
static inline bool dsr_nl_keeps(const struct dsr_nl_req *req)
{
	return !(req->flags & NLM_F_CREATE);
}

/* All of these return 0 or -EMSGSIZE. */
int dsr_nl_put_addr(struct sk_buff *skb, int attr4, int attr6, u8 family,
		    const union nf_inet_addr *addr);
int dsr_nl_put_key(struct sk_buff *skb, const struct dsr_service_key *key);
int dsr_nl_put_key_nest(struct sk_buff *skb, int attr,
			const struct dsr_service_key *key);
int dsr_nl_put_fwd(struct sk_buff *skb, const struct dsr_nl_fwd_ids *ids,
		   const struct dsr_fwd *fwd);
int dsr_nl_put_sched(struct sk_buff *skb, const struct dsr_policy *policy);
int dsr_nl_put_counters(struct sk_buff *skb, int attr,
			const struct dsr_counters *sum);

/* Answer a get request with what @put writes of @object. */
int dsr_nl_reply(struct genl_info *info, u8 cmd,
		 int (*put)(struct sk_buff *skb, const void *object),
		 const void *object);

/* Take a mutex for a part of a dump. The first part is written while the reader holds
 * genetlink's lock, so it waits for no more than a tenth of a second; the others are
 * written in recvmsg(). Return: 0, -EBUSY with an extack, or -EINTR.
 */
int dsr_nl_dump_wait(struct mutex *lock, bool first,
		     struct netlink_ext_ack *extack);

/* Take dsr_net.lock that way, and set cb->seq to the generation. */
int dsr_nl_dump_lock(struct dsr_net *dn, struct netlink_callback *cb);

/* Add one object to a dump; -EMSGSIZE says that the rest goes into another skb. */
int dsr_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    int (*put)(struct sk_buff *skb, const void *object),
		    const void *object);

/* Give a reason where memory was short and the one who found out had no words. */
void dsr_nl_explain(int err, struct netlink_ext_ack *extack);

/* Do what @draft does, as a transaction of its own. */
int dsr_nl_transact(struct genl_info *info, dsr_nl_draft_fn draft);

/* The configuration has changed: tell who listens. Without @info nobody has asked
 * for the change.
 */
void dsr_nl_notify(struct dsr_net *dn, struct genl_info *info, u8 cmd,
		   int (*put)(struct sk_buff *skb, const void *object),
		   const void *object);

/* The same of one that was added, changed or deleted. Under dsr_net.lock, as all of
 * this.
 */
void dsr_nl_notify_service(struct dsr_service *svc, struct genl_info *info,
			   bool deleted);
void dsr_nl_notify_backend(struct dsr_backend *backend, struct genl_info *info,
			   bool deleted);

/*
 * Requests that a worker of their namespace serves, instead of the sender.
 *
 * While the sender of a request is in the kernel it holds genetlink's lock, which
 * a family takes for writing when it is registered: the requests of all families on
 * the host then wait for the slowest one. So a request that may take long, and each
 * one that would have to wait for such a request, is put into a queue; the sender
 * leaves the kernel at once, and a worker answers when it is done. The requests in
 * the queue are served in their order.
 *
 * The work is charged to the memory cgroup of the sender, and ends early if the
 * sender is killed. Process context.
 */

/* As many requests of a namespace may wait; further ones are refused. */
#define DSR_NL_DEFERRED_MAX	64

void dsr_nl_defer_init(struct dsr_net *dn);

/* The namespace goes; waits for the worker. */
void dsr_nl_defer_exit(struct dsr_net *dn);

/* The module goes: waits until every worker is done, and defers no more requests. */
void dsr_nl_defer_close(void);

/* For struct genl_family. The request either goes on and holds dsr_net.slow for
 * reading, or is in the queue and -EINTR tells netlink not to answer.
 */
int dsr_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info);
void dsr_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info);

#endif /* _DSR_NETLINK_H */
