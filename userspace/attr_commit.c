// SPDX-License-Identifier: GPL-2.0-or-later
/* The attributes of transactions. */
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <string.h>

#include "attr_table.h"
#include "nl_attr.h"

static void put_service(struct nl_msg *msg, int kind, const struct dsr_args *args)
{
	if (kind == NF_DSR_OP_KIND_SERVICE_DEL || kind == NF_DSR_OP_KIND_SERVICE_DESTROY)
		attr_put_service_key(msg, &args->key);
	else
		attr_put_service(msg, &args->key, &args->conf);
}

static void put_backend(struct nl_msg *msg, int kind, const struct dsr_args *args)
{
	if (kind == NF_DSR_OP_KIND_BACKEND_DEL || kind == NF_DSR_OP_KIND_BACKEND_DESTROY)
		attr_put_backend_key(msg, &args->key, &args->addr);
	else
		attr_put_backend(msg, &args->key, &args->addr, &args->conf);
}

static void put_object(struct nl_msg *msg, int attr, int kind, const struct dsr_args *args,
		       void (*put)(struct nl_msg *msg, int kind, const struct dsr_args *args))
{
	struct nlattr *nest = error_check_alloc(nla_nest_start(msg, attr | NLA_F_NESTED));

	put(msg, kind, args);
	nla_nest_end(msg, nest);
}

void attr_put_op(struct nl_msg *msg, int kind, const struct dsr_args *args)
{
	struct nlattr *nest = error_check_alloc(nla_nest_start(msg, NF_DSR_A_COMMIT_OP |
							       NLA_F_NESTED));

	attr_check_put(nla_put_u8(msg, NF_DSR_A_OP_KIND, kind));
	if (kind < NF_DSR_OP_KIND_BACKEND_ADD || kind == NF_DSR_OP_KIND_SERVICE_DESTROY)
		put_object(msg, NF_DSR_A_OP_SERVICE, kind, args, put_service);
	else if (kind != NF_DSR_OP_KIND_FLUSH)
		put_object(msg, NF_DSR_A_OP_BACKEND, kind, args, put_backend);
	nla_nest_end(msg, nest);
}

void attr_put_commit(struct nl_msg *msg, __u32 generation, const char *ops, size_t len)
{
	if (generation)
		attr_check_put(nla_put_u32(msg, NF_DSR_A_COMMIT_GENERATION, generation));
	if (len)
		attr_check_put(nlmsg_append(msg, (void *)ops, len, NLMSG_ALIGNTO));
}

static int get_warning(struct nlattr *nla, struct dsr_warning *warning, struct dsr_error *err)
{
	struct nlattr *tb[NF_DSR_A_WARNING_MAX + 1];

	if (nla_parse_nested(tb, NF_DSR_A_WARNING_MAX, nla, NULL) || !tb[NF_DSR_A_WARNING_OP] ||
	    nla_len(tb[NF_DSR_A_WARNING_OP]) < 4 || !tb[NF_DSR_A_WARNING_TEXT])
		return error_refused(err, "the kernel's answer is malformed");
	warning->operation = nla_get_u32(tb[NF_DSR_A_WARNING_OP]);
	nla_strlcpy(warning->text, tb[NF_DSR_A_WARNING_TEXT], sizeof(warning->text));
	return 0;
}

int attr_get_commit(const struct nlmsghdr *hdr, struct dsr_commit *commit,
		    struct dsr_error *err)
{
	const __u32 room = sizeof(commit->first) / sizeof(*commit->first);
	struct nlattr *nla;
	int rem;

	memset(commit, 0, sizeof(*commit));
	if (attr_get_all(hdr, &attr_commit_set, commit, err))
		return -1;
	nla_for_each_attr(nla, attr_first(hdr), attr_len(hdr), rem) {
		if (nla_type(nla) != NF_DSR_A_COMMIT_WARNING || commit->n_first == room)
			continue;
		if (get_warning(nla, &commit->first[commit->n_first++], err))
			return -1;
	}
	return 0;
}
