// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operation commit, which does many operations as one transaction.
 */
#include <linux/netlink.h>
#include <linux/sched.h>

#include "net.h"
#include "netlink.h"
#include "txn.h"

static_assert(ARRAY_SIZE(nf_dsr_service_request_nl_policy) ==
	      ARRAY_SIZE(nf_dsr_service_new_nl_policy));
static_assert(ARRAY_SIZE(nf_dsr_backend_request_nl_policy) ==
	      ARRAY_SIZE(nf_dsr_backend_new_nl_policy));

/* Maximum number of attributes of an operation's object: that of a service. */
#define DSR_NL_OP_ATTRS	ARRAY_SIZE(nf_dsr_service_new_nl_policy)

#define DSR_NL_ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define DSR_NL_CHANGE	NLM_F_REPLACE
#define DSR_NL_REPLACE	(NLM_F_CREATE | NLM_F_REPLACE)

/**
 * struct dsr_nl_op - a kind of operation: it corresponds to a request about one object
 * @nest: attribute with the attributes of the request; 0: there are none
 * @policy: policy of these attributes
 * @max: highest type of these attributes
 * @flags: flags of the request: NLM_F_CREATE and so on
 * @draft: draft the operation
 */
struct dsr_nl_op {
	int nest;
	const struct nla_policy *policy;
	int max;
	u16 flags;
	dsr_nl_draft_fn draft;
};

#define DSR_NL_SERVICE_SET(flags_) {				\
	.nest	= NF_DSR_A_OP_SERVICE,				\
	.policy	= nf_dsr_service_new_nl_policy,			\
	.max	= ARRAY_SIZE(nf_dsr_service_new_nl_policy) - 1,	\
	.flags	= (flags_),					\
	.draft	= dsr_nl_service_set,				\
}

#define DSR_NL_BACKEND_SET(flags_) {				\
	.nest	= NF_DSR_A_OP_BACKEND,				\
	.policy	= nf_dsr_backend_new_nl_policy,			\
	.max	= ARRAY_SIZE(nf_dsr_backend_new_nl_policy) - 1,	\
	.flags	= (flags_),					\
	.draft	= dsr_nl_backend_set,				\
}

#define DSR_NL_SERVICE_DEL(draft_) {				\
	.nest	= NF_DSR_A_OP_SERVICE,				\
	.policy	= nf_dsr_service_del_nl_policy,			\
	.max	= ARRAY_SIZE(nf_dsr_service_del_nl_policy) - 1,	\
	.draft	= (draft_),					\
}

#define DSR_NL_BACKEND_DEL(draft_) {				\
	.nest	= NF_DSR_A_OP_BACKEND,				\
	.policy	= nf_dsr_backend_del_nl_policy,			\
	.max	= ARRAY_SIZE(nf_dsr_backend_del_nl_policy) - 1,	\
	.draft	= (draft_),					\
}

static const struct dsr_nl_op dsr_nl_op_kinds[] = {
	[NF_DSR_OP_KIND_SERVICE_ADD] = DSR_NL_SERVICE_SET(DSR_NL_ADD),
	[NF_DSR_OP_KIND_SERVICE_CHANGE] = DSR_NL_SERVICE_SET(DSR_NL_CHANGE),
	[NF_DSR_OP_KIND_SERVICE_REPLACE] = DSR_NL_SERVICE_SET(DSR_NL_REPLACE),
	[NF_DSR_OP_KIND_SERVICE_DEL] = DSR_NL_SERVICE_DEL(dsr_nl_service_del),
	[NF_DSR_OP_KIND_BACKEND_ADD] = DSR_NL_BACKEND_SET(DSR_NL_ADD),
	[NF_DSR_OP_KIND_BACKEND_CHANGE] = DSR_NL_BACKEND_SET(DSR_NL_CHANGE),
	[NF_DSR_OP_KIND_BACKEND_REPLACE] = DSR_NL_BACKEND_SET(DSR_NL_REPLACE),
	[NF_DSR_OP_KIND_BACKEND_DEL] = DSR_NL_BACKEND_DEL(dsr_nl_backend_del),
	[NF_DSR_OP_KIND_FLUSH] = { .draft = dsr_nl_service_flush },
	[NF_DSR_OP_KIND_SERVICE_DESTROY] =
		DSR_NL_SERVICE_DEL(dsr_nl_service_destroy),
	[NF_DSR_OP_KIND_BACKEND_DESTROY] =
		DSR_NL_BACKEND_DEL(dsr_nl_backend_destroy),
};

/* Check that an operation has the nested attribute that its kind requires, and no other.
 */
static int dsr_nl_check_op(const struct dsr_nl_op *kind, struct nlattr **tb,
			   struct netlink_ext_ack *extack)
{
	static const char * const missing[] = {
		[NF_DSR_A_OP_SERVICE] = "the operation needs a service",
		[NF_DSR_A_OP_BACKEND] = "the operation needs a backend",
	};
	static const char * const surplus[] = {
		[NF_DSR_A_OP_SERVICE] = "the operation takes no service",
		[NF_DSR_A_OP_BACKEND] = "the operation takes no backend",
	};
	bool wanted;
	int nest;

	for (nest = NF_DSR_A_OP_SERVICE; nest <= NF_DSR_A_OP_BACKEND; nest++) {
		wanted = nest == kind->nest;
		if (!!tb[nest] == wanted)
			continue;
		extack->_msg = tb[nest] ? surplus[nest] : missing[nest];
		return -EINVAL;
	}
	return 0;
}

static int dsr_nl_draft_op(struct dsr_txn *txn, const struct nlattr *op,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NF_DSR_A_OP_MAX + 1], *attrs[DSR_NL_OP_ATTRS] = {};
	struct dsr_nl_req req = { .tb = attrs, .extack = extack };
	const struct dsr_nl_op *kind;
	int err;

	err = nla_parse_nested(tb, NF_DSR_A_OP_MAX, op, nf_dsr_op_nl_policy,
			       extack);
	if (err)
		return err;
	if (!tb[NF_DSR_A_OP_KIND]) {
		NL_SET_ERR_MSG(extack, "the kind of operation is missing");
		return -EINVAL;
	}
	kind = &dsr_nl_op_kinds[nla_get_u8(tb[NF_DSR_A_OP_KIND])];
	err = dsr_nl_check_op(kind, tb, extack);
	if (err)
		return err;
	if (kind->nest) {
		err = nla_parse_nested(attrs, kind->max, tb[kind->nest],
				       kind->policy, extack);
		if (err)
			return err;
		req.first = nla_data(tb[kind->nest]);
		req.len = nla_len(tb[kind->nest]);
	}
	req.flags = kind->flags;
	return kind->draft(txn, &req);
}

/* Prefix the extack message with the number of the operation, if there is room. */
static void dsr_nl_number(u32 number, struct netlink_ext_ack *extack)
{
	char text[NETLINK_MAX_FMTMSG_LEN + 1];

	if (!extack->_msg ||
	    snprintf(NULL, 0, "operation %u: %s", number, extack->_msg) >=
	    NETLINK_MAX_FMTMSG_LEN)
		return;
	/* The message may be in the buffer that receives the longer one. */
	strscpy(text, extack->_msg, sizeof(text));
	NL_SET_ERR_MSG_FMT(extack, "operation %u: %s", number, text);
}

/* Identify the operation that failed, by its attribute and in the message. */
static void dsr_nl_blame(const struct nlattr *op, u32 number,
			 struct netlink_ext_ack *extack)
{
	const void *bad = extack->bad_attr, *end = (void *)op + op->nla_len;

	if (bad < (const void *)op || bad >= end)
		NL_SET_BAD_ATTR(extack, op);
	dsr_nl_number(number, extack);
}

/* Maximum number of warnings in an answer, which also has the number of all warnings. */
#define DSR_NL_WARNINGS	16

/**
 * struct dsr_nl_outcome - outcome of a commit
 * @generation: generation of the configuration after the commit
 * @ops: number of operations
 * @nr_warnings: number of operations that are done but do not work yet
 * @warnings: the first of these: number of the operation, from 1, and the text
 */
struct dsr_nl_outcome {
	u32 generation;
	u32 ops;
	u32 nr_warnings;
	struct {
		u32 op;
		const char *text;
	} warnings[DSR_NL_WARNINGS];
};

static void dsr_nl_note_warning(struct dsr_nl_outcome *outcome, u32 op,
				struct dsr_txn *txn)
{
	if (!txn->warning)
		return;
	if (outcome->nr_warnings < DSR_NL_WARNINGS) {
		outcome->warnings[outcome->nr_warnings].op = op;
		outcome->warnings[outcome->nr_warnings].text = txn->warning;
	}
	outcome->nr_warnings++;
	txn->warning = NULL;
}

/* Context: process, under dsr_net.lock. */
static int dsr_nl_draft_ops(struct dsr_txn *txn, const struct genl_info *info,
			    struct dsr_nl_outcome *outcome)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NF_DSR_A_COMMIT_OP)
			continue;
		if (dsr_net_killed(txn->dn))
			return -EINTR;
		txn->step++;
		err = dsr_nl_draft_op(txn, attr, info->extack);
		if (err) {
			dsr_nl_explain(err, info->extack);
			dsr_nl_blame(attr, txn->step, info->extack);
			return err;
		}
		dsr_nl_note_warning(outcome, txn->step, txn);
		cond_resched();
	}
	return 0;
}

/* Check the conflicts of the draft again. Context: process, under dsr_net.lock. */
static int dsr_nl_settle_ops(struct dsr_txn *txn, const struct genl_info *info)
{
	int err = dsr_txn_settle(txn, info->extack), rem;
	const struct nlattr *attr;
	u32 n = 0;

	if (!err)
		return 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) == NF_DSR_A_COMMIT_OP && ++n == txn->step)
			dsr_nl_blame(attr, n, info->extack);
	}
	return err;
}

static u32 dsr_nl_count_ops(const struct genl_info *info)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(attr) == NF_DSR_A_COMMIT_OP;
	return n;
}

/* Check that the configuration has the generation that the client has seen, if the
 * request gives one. Context: process, under dsr_net.lock.
 */
static int dsr_nl_check_generation(const struct dsr_net *dn,
				   const struct genl_info *info)
{
	const struct nlattr *seen = info->attrs[NF_DSR_A_COMMIT_GENERATION];

	if (!seen || nla_get_u32(seen) == dn->generation)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, seen,
			    "the configuration has changed since that generation");
	return -ESTALE;
}

static int dsr_nl_put_outcome(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_outcome *outcome = object;

	if (nla_put_u32(skb, NF_DSR_A_COMMIT_GENERATION, outcome->generation) ||
	    nla_put_u32(skb, NF_DSR_A_COMMIT_OPS, outcome->ops))
		return -EMSGSIZE;
	return 0;
}

static int dsr_nl_put_warning(struct sk_buff *skb, u32 op, const char *text)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_COMMIT_WARNING);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NF_DSR_A_WARNING_OP, op) ||
	    nla_put_string(skb, NF_DSR_A_WARNING_TEXT, text)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Put the answer to the sender, with the warnings. Events have only the outcome. */
static int dsr_nl_put_answer(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_outcome *outcome = object;
	u32 i;

	if (dsr_nl_put_outcome(skb, outcome))
		return -EMSGSIZE;
	for (i = 0; i < min(outcome->nr_warnings, DSR_NL_WARNINGS); i++) {
		if (dsr_nl_put_warning(skb, outcome->warnings[i].op,
				       outcome->warnings[i].text))
			return -EMSGSIZE;
	}
	return nla_put_u32(skb, NF_DSR_A_COMMIT_WARNINGS, outcome->nr_warnings);
}

/**
 * struct dsr_nl_dry_run - the answer to a dry run
 * @txn: transaction, of which there is the draft
 * @outcome: outcome of the draft
 * @from: where the previews begin
 */
struct dsr_nl_dry_run {
	struct dsr_txn *txn;
	struct dsr_nl_outcome *outcome;
	const struct nlattr *from;
};

static int dsr_nl_put_dry_run(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_dry_run *run = object;

	return dsr_nl_put_answer(skb, run->outcome) ?:
	       dsr_nl_put_previews(skb, run->txn, run->from);
}

/* Answer a dry run, and take the draft back. Context: process, under dsr_net.lock. */
static int dsr_nl_end_dry_run(struct dsr_txn *txn, struct genl_info *info,
			      struct dsr_nl_outcome *outcome, int err)
{
	const struct dsr_nl_dry_run run = {
		.txn = txn,
		.outcome = outcome,
		.from = info->attrs[NF_DSR_A_COMMIT_DRY_RUN],
	};

	outcome->generation = txn->dn->generation;
	if (!err)
		err = dsr_nl_reply_sized(info, NF_DSR_CMD_COMMIT, DSR_NL_DRY_RUN_SIZE,
					 dsr_nl_put_dry_run, &run);
	dsr_txn_end(txn, -ECANCELED);
	return err;
}

/* Context: process, under dsr_net.lock. */
static int dsr_nl_commit(struct dsr_net *dn, struct genl_info *info,
			 struct dsr_nl_outcome *outcome)
{
	u32 before = dn->generation;
	struct dsr_txn txn;
	int err;

	err = dsr_nl_check_generation(dn, info);
	if (err)
		return err;
	dsr_txn_begin(&txn, dn);
	txn.info = info;
	err = dsr_nl_draft_ops(&txn, info, outcome) ?:
	      dsr_nl_settle_ops(&txn, info);
	if (info->attrs[NF_DSR_A_COMMIT_DRY_RUN])
		err = dsr_nl_end_dry_run(&txn, info, outcome, err);
	else
		err = dsr_txn_end(&txn, err);
	dsr_nl_explain(err, info->extack);
	if (err)
		return err;
	/* For clients that read only the ack. */
	if (outcome->nr_warnings) {
		info->extack->_msg = outcome->warnings[0].text;
		dsr_nl_number(outcome->warnings[0].op, info->extack);
	}
	outcome->generation = dn->generation;
	if (outcome->generation != before)
		dsr_nl_notify(dn, info, NF_DSR_CMD_COMMIT_NTF,
			      dsr_nl_put_outcome, outcome);
	return 0;
}

int nf_dsr_nl_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_nl_outcome outcome = { .ops = dsr_nl_count_ops(info) };
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	if (outcome.ops > NF_DSR_OPERATIONS_MAX) {
		GENL_SET_ERR_MSG(info, "more than 262144 operations");
		return -E2BIG;
	}
	mutex_lock(&dn->lock);
	err = dsr_nl_commit(dn, info, &outcome);
	mutex_unlock(&dn->lock);
	/* The commit is done, even if there is no memory for the answer. A dry run has
	 * been answered.
	 */
	if (!err && !info->attrs[NF_DSR_A_COMMIT_DRY_RUN])
		dsr_nl_reply(info, NF_DSR_CMD_COMMIT, dsr_nl_put_answer,
			     &outcome);
	return err;
}
