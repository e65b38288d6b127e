// SPDX-License-Identifier: GPL-2.0
/*
 * What generic netlink does not check of a request, and what is the same for all
 * operations: the header, and attributes that are given more than once.
 *
 * The kernel has validated the attributes by their policies before, nests included.
 */
#include <linux/bitmap.h>
#include <linux/sched.h>

#include "dsr_nl.h"

/* Types of an attribute set; a bit each. */
#define DSR_NL_TYPES	128

static_assert(NF_DSR_A_SERVICE_MAX < DSR_NL_TYPES);
static_assert(NF_DSR_A_BACKEND_MAX < DSR_NL_TYPES);
static_assert(NF_DSR_A_TRACE_MAX < DSR_NL_TYPES);

/* The family's reserved and version fields have no meaning yet. A client that sets
 * them means something that this module would not do.
 */
static int dsr_nl_check_header(const struct genlmsghdr *header,
			       struct netlink_ext_ack *extack)
{
	if (header->reserved) {
		NL_SET_ERR_MSG(extack, "genlmsghdr.reserved must be 0");
		return -EINVAL;
	}
	if (header->version != NF_DSR_FAMILY_VERSION) {
		NL_SET_ERR_MSG(extack,
			       "genlmsghdr.version must be 1, the family's version");
		return -EPROTONOSUPPORT;
	}
	return 0;
}

/* Of a type that is no nest only its place tells what it is. */
static bool dsr_nl_is_unset(const struct nla_policy *policy)
{
	return policy == &nf_dsr_service_new_nl_policy[NF_DSR_A_SERVICE_UNSET] ||
	       policy == &nf_dsr_service_request_nl_policy[NF_DSR_A_SERVICE_UNSET] ||
	       policy == &nf_dsr_backend_new_nl_policy[NF_DSR_A_BACKEND_UNSET] ||
	       policy == &nf_dsr_backend_request_nl_policy[NF_DSR_A_BACKEND_UNSET];
}

/* Operations of a commit, sources of a service and what is unset are lists: one attribute
 * each.
 */
static bool dsr_nl_is_list(const struct nla_policy *policy)
{
	return (policy->type == NLA_NESTED &&
		(policy->nested_policy == nf_dsr_op_nl_policy ||
		 policy->nested_policy == nf_dsr_prefix_nl_policy)) ||
	       dsr_nl_is_unset(policy);
}

/* Of two attributes the parser would silently take the last one. The recursion is as
 * deep as the policies are nested: commit, operation, backend, service.
 */
static int dsr_nl_check_once(const struct nlattr *first, int len,
			     const struct nla_policy *policy,
			     struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(seen, DSR_NL_TYPES) = {};
	const struct nlattr *attr;
	int rem, type, err;

	nla_for_each_attr(attr, first, len, rem) {
		type = nla_type(attr);
		if (__test_and_set_bit(type, seen) &&
		    !dsr_nl_is_list(&policy[type])) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "attribute is given twice");
			return -EINVAL;
		}
		if (policy[type].type != NLA_NESTED)
			continue;
		err = dsr_nl_check_once(nla_data(attr), nla_len(attr),
					policy[type].nested_policy, extack);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

static int dsr_nl_check_message(const struct nlmsghdr *nlh,
				const struct nla_policy *policy,
				struct netlink_ext_ack *extack)
{
	const struct genlmsghdr *header = nlmsg_data(nlh);
	int err;

	err = dsr_nl_check_header(header, extack);
	if (err)
		return err;
	return dsr_nl_check_once(genlmsg_data(header), genlmsg_len(header),
				 policy, extack);
}

int dsr_nl_check_do(const struct genl_split_ops *ops,
		    const struct genl_info *info)
{
	return dsr_nl_check_message(info->nlhdr, ops->policy, info->extack);
}

int dsr_nl_check_dump(struct netlink_callback *cb)
{
	return dsr_nl_check_message(cb->nlh, genl_dumpit_info(cb)->op.policy,
				    cb->extack);
}

int dsr_nl_check_known(struct nlattr **tb, int max, u64 known, const char *text,
		       struct netlink_ext_ack *extack)
{
	int type;

	for (type = 1; type <= max; type++) {
		if (!tb[type] || (type < 64 && known & BIT_ULL(type)))
			continue;
		extack->_msg = text;
		NL_SET_BAD_ATTR(extack, tb[type]);
		return -EINVAL;
	}
	return 0;
}
