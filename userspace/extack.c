// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's extended acks, which libnl 3.7 does not support: the error number, the
 * request unless the kernel has capped it, and attributes.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <string.h>

#include "nl.h"
#include "nl_attr.h"

/* The attributes of an answer. */
struct tlvs {
	struct nlattr *first;
	int len;
};

static struct tlvs find_tlvs(const struct nlmsghdr *answer)
{
	const struct nlmsgerr *e = nlmsg_data(answer);
	int skip = sizeof(int);
	struct tlvs tlvs;

	if (answer->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*e);
		if (!(answer->nlmsg_flags & NLM_F_CAPPED))
			skip = sizeof(int) + NLMSG_ALIGN(e->msg.nlmsg_len);
	}
	tlvs.first = (void *)((char *)nlmsg_data(answer) + skip);
	tlvs.len = nlmsg_datalen(answer) - skip;
	return tlvs;
}

static int parse_tlvs(const struct nlmsghdr *answer, struct nlattr **tb)
{
	struct tlvs tlvs = find_tlvs(answer);

	return nla_parse(tb, NLMSGERR_ATTR_MAX, tlvs.first, tlvs.len, NULL);
}

static void copy_text(const struct nlattr *nla, char *text, size_t size)
{
	if (nla)
		snprintf(text, size, "%.*s", nla_len(nla), (const char *)nla_data(nla));
}

static void describe_attributes(const struct nlmsghdr *answer, const struct nlmsghdr *request,
				struct dsr_error *err)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	__u32 nest = 0;

	if (parse_tlvs(answer, tb))
		return;
	copy_text(tb[NLMSGERR_ATTR_MSG], err->text, sizeof(err->text));
	if (tb[NLMSGERR_ATTR_OFFS])
		err->offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
	if (tb[NLMSGERR_ATTR_MISS_NEST])
		nest = nla_get_u32(tb[NLMSGERR_ATTR_MISS_NEST]);
	if (tb[NLMSGERR_ATTR_MISS_TYPE])
		attr_describe_missing(request, nest, nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]), err);
	else if (tb[NLMSGERR_ATTR_OFFS])
		attr_describe(request, err->offset, err);
}

void extack_warning(const struct nlmsghdr *ack, struct dsr_error *err)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (ack->nlmsg_flags & NLM_F_ACK_TLVS && !parse_tlvs(ack, tb))
		copy_text(tb[NLMSGERR_ATTR_MSG], err->warning, sizeof(err->warning));
}

int extack_error(const struct nlmsghdr *answer, const struct nlmsghdr *request,
		 struct dsr_error *err)
{
	int error = 0;

	if (nlmsg_datalen(answer) >= (int)sizeof(error))
		error = *(int *)nlmsg_data(answer);
	if (!error)
		return 0;

	error_refused(err, "%s", strerror(-error));
	err->number = -error;
	if (error == -EPERM)
		error_hint(err, "this needs CAP_NET_ADMIN over the network namespace");
	if (error == -ESTALE)
		error_hint(err, "\"dsrctl stats show\" shows the current generation");
	if (answer->nlmsg_flags & NLM_F_ACK_TLVS)
		describe_attributes(answer, request, err);
	return -1;
}
