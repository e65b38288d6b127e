/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks: packets by which a program of this machine examines one backend on the way of
 * clients' packets. A socket sends them with the check-mark of the backend to a VIP of
 * its service. They go to this backend, whatever its state is, and have no part in flows,
 * schedulers and the counters of the service.
 *
 * Only LOCAL_OUT has checks, and only packets of a socket are examined there. A packet
 * that arrives is none, so no other host can choose a backend by a mark that a rule sets.
 *
 * check.c has what happens to packets, and check_mark.c how backends get their marks.
 */
#ifndef _DSR_CHECK_H
#define _DSR_CHECK_H

#include <linux/rhashtable-types.h>
#include <linux/skbuff.h>

#include "packet.h"

struct dsr_backend;
struct dsr_net;

/**
 * struct dsr_check - a check-mark of a network namespace
 * @node: in dsr_net.checks
 * @mark: the mark
 * @backend: the backend that checks with this mark go to; NULL: none
 * @claims: number of backends that have the mark in the draft; not more than 1 after it
 * @users: number of references: by claims, by the published @backend, and by steps of the
 *	transaction, which may be rolled back
 * @rcu: for freeing
 *
 * A draft moves claims, and packets see @backend, so a transaction can publish without
 * memory. Locking: changed under dsr_net.lock; packets read @node, @mark and @backend
 * under RCU.
 */
struct dsr_check {
	struct rhash_head node;
	u32 mark;
	struct dsr_backend __rcu *backend;
	u32 claims;
	u32 users;
	struct rcu_head rcu;
};

/* Parameters of dsr_net.checks. */
extern const struct rhashtable_params dsr_check_mark_params;

/**
 * dsr_check_decide() - decide what becomes of a packet if it is a check
 * @dn: the network namespace
 * @mark: the packet's mark, not 0
 * @zone: zone of the VRF that it leaves by; 0: none
 * @d: @d->pkt is the parsed packet; the rest is the result
 *
 * Context: softirq or bottom halves off, under RCU; the result is valid for the same RCU
 * section. Return: true if the packet is a check; otherwise the result is undefined.
 */
bool dsr_check_decide(struct dsr_net *dn, u32 mark, u8 zone, struct dsr_decision *d);

/* Send a packet of a local socket to its backend if it is a check. The packet has a mark,
 * and its data begins at its IP header. Context: bottom halves off, under RCU. Return:
 * DSR_PASS if it is no check; DSR_SENT if the caller no longer owns it; otherwise what
 * becomes of it.
 */
enum dsr_verdict dsr_check_packet(struct dsr_net *dn, u8 zone, struct sk_buff *skb);

/*
 * Control. Context: process, under dsr_net.lock.
 */

/* Create and destroy the table of a namespace's check-marks. It must be empty when it is
 * destroyed.
 */
int dsr_check_table_init(struct dsr_net *dn);
void dsr_check_table_exit(struct dsr_net *dn);

/* Give the backend a mark in the draft; 0: none. Return: 0, or -ENOMEM if there is one. */
int dsr_check_claim(struct dsr_backend *backend, u32 mark);

/* Return true if another backend has the same mark in the draft. */
bool dsr_check_is_taken(const struct dsr_backend *backend);

/* Take and release a reference on what the backend claims, which may be NULL, for a step
 * of a transaction. dsr_check_restore() has the backend claim it again.
 */
struct dsr_check *dsr_check_hold(const struct dsr_backend *backend);
void dsr_check_release(struct dsr_net *dn, struct dsr_check *check);
void dsr_check_restore(struct dsr_backend *backend, struct dsr_check *check);

/* Publish the mark that the backend claims. */
void dsr_check_publish(struct dsr_backend *backend);

/* Take the mark from a backend that is being unlinked. Packets may find the backend by
 * it until a grace period has passed.
 */
void dsr_check_leave(struct dsr_backend *backend);

#endif /* _DSR_CHECK_H */
