// SPDX-License-Identifier: GPL-2.0-or-later
/* Names the attribute of a request that the kernel's refusal points at. */
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/nf_dsr.h>
#include <string.h>

#include "attr_table.h"
#include "model.h"
#include "nl_attr.h"

static const struct attr_set *set_of_request(const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = nlmsg_data(request);

	switch (genl->cmd) {
	case NF_DSR_CMD_SERVICE_GET:
	case NF_DSR_CMD_SERVICE_NEW:
	case NF_DSR_CMD_SERVICE_DEL:
	case NF_DSR_CMD_SERVICE_DESTROY:
		return &attr_service_set;
	case NF_DSR_CMD_BACKEND_GET:
	case NF_DSR_CMD_BACKEND_NEW:
	case NF_DSR_CMD_BACKEND_DEL:
	case NF_DSR_CMD_BACKEND_DESTROY:
		return &attr_backend_set;
	case NF_DSR_CMD_FLOW_GET:
	case NF_DSR_CMD_FLOW_FLUSH:
		return &attr_flow_set;
	case NF_DSR_CMD_DEVICE_GET:
	case NF_DSR_CMD_DEVICE_NEW:
	case NF_DSR_CMD_DEVICE_DEL:
	case NF_DSR_CMD_DEVICE_DESTROY:
		return &attr_device_set;
	case NF_DSR_CMD_COMMIT:
		return &attr_commit_set;
	case NF_DSR_CMD_TRACE:
		return &attr_trace_set;
	default:
		return &attr_stats_set;
	}
}

static const char *name_of(const struct attr_set *set, unsigned int type)
{
	struct attr_info info;

	return attr_find(set, type, &info) ? info.name : "an unknown attribute";
}

static __u64 number_of(const struct nlattr *nla)
{
	__u64 number = 0;

	if (nla_len(nla) <= (int)sizeof(number))
		memcpy(&number, nla_data(nla), nla_len(nla));
	return number;
}

static void describe_value(const struct nlattr *nla, const struct attr_set *set, char *text,
			   size_t size)
{
	struct attr_info info;
	struct dsr_addr addr;
	const char *word;

	*text = '\0';
	if (!attr_find(set, nla_type(nla), &info))
		return;
	switch (info.kind) {
	case U8:
	case U16:
	case U32:
	case U64:
		if (!info.names) {
			snprintf(text, size, "%llu", (unsigned long long)number_of(nla));
			break;
		}
		word = model_name(info.names, number_of(nla), text, size);
		if (word != text)
			snprintf(text, size, "%s", word);
		break;
	case BE16:
		snprintf(text, size, "%u", ntohs(number_of(nla)));
		break;
	case STRING:
		nla_strlcpy(text, nla, size);
		break;
	case ADDR4:
	case ADDR6:
		attr_get_addr(nla, info.kind == ADDR4 ? AF_INET : AF_INET6, &addr);
		addr_format(&addr, text, size);
		break;
	case OPTION:
		snprintf(text, size, "%s", name_of(set, number_of(nla)));
		break;
	case NEST:
	case NESTS:
	case FLAG:
		break;
	}
}

/* Return the attribute at an offset, or NULL if there is none. set becomes its set, and
 * path the names of the nests that contain it.
 */
static const struct nlattr *find(const struct nlmsghdr *request, __u32 offset,
				 const struct attr_set **set, char *path, size_t size)
{
	struct nlattr *nla = attr_first(request);
	int rem = attr_len(request);
	size_t used = 0;

	*path = '\0';
	*set = set_of_request(request);
	while (nla_ok(nla, rem)) {
		__u32 at = (char *)nla - (char *)request;
		struct attr_info info;

		if (at == offset)
			return nla;
		if (offset >= at + nla_len(nla) + NLA_HDRLEN) {
			nla = nla_next(nla, &rem);
			continue;
		}
		if (!attr_find(*set, nla_type(nla), &info) || !info.nested)
			return NULL;
		used += snprintf(path + used, size - used, "%s ", info.name);
		*set = info.nested;
		rem = nla_len(nla);
		nla = nla_data(nla);
	}
	return NULL;
}

void attr_describe(const struct nlmsghdr *request, __u32 offset, struct dsr_error *err)
{
	const struct attr_set *set;
	const struct nlattr *nla;
	char path[48], value[64];

	nla = find(request, offset, &set, path, sizeof(path));
	if (!nla)
		return;
	describe_value(nla, set, value, sizeof(value));
	snprintf(err->attribute, sizeof(err->attribute), "%s", name_of(set, nla_type(nla)));
	snprintf(err->at, sizeof(err->at), "%s%s%s%s", path, err->attribute, *value ? " " : "",
		 value);
}

void attr_describe_missing(const struct nlmsghdr *request, __u32 nest, __u32 type,
			   struct dsr_error *err)
{
	const struct attr_set *set = set_of_request(request);
	const struct nlattr *nla = NULL;
	struct attr_info info = { "" };
	char path[48] = "";

	if (nest)
		nla = find(request, nest, &set, path, sizeof(path));
	if (nla && attr_find(set, nla_type(nla), &info))
		set = info.nested;
	snprintf(err->attribute, sizeof(err->attribute), "%s", name_of(set, type));
	snprintf(err->at, sizeof(err->at), "%s%s%s%s (missing)", path, info.name,
		 *info.name ? " " : "", err->attribute);
}
