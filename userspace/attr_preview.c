// SPDX-License-Identifier: GPL-2.0-or-later
/* The attributes of previews of transactions. */
#include <linux/nf_dsr.h>
#include <netlink/attr.h>

#include "attr_table.h"
#include "nl_attr.h"

void attr_put_dry_run(struct nl_msg *msg, const struct dsr_preview_cursor *cursor)
{
	struct nlattr *nest = error_check_alloc(nla_nest_start(msg, NF_DSR_A_COMMIT_DRY_RUN |
							       NLA_F_NESTED));

	attr_check_put(nla_put_u32(msg, NF_DSR_A_PREVIEW_CURSOR_SERVICE, cursor->service));
	attr_check_put(nla_put_u32(msg, NF_DSR_A_PREVIEW_CURSOR_BACKEND, cursor->backend));
	nla_nest_end(msg, nest);
}

/* Return the preview to which the backends belong: the last one again if this one goes on
 * with its service.
 */
static struct dsr_preview *add_preview(struct list *previews, const struct list *backends,
				       const struct dsr_preview *preview, bool goes_on)
{
	struct dsr_preview *added;

	if (goes_on && previews->n)
		return (struct dsr_preview *)list_at(previews, previews->n - 1);
	added = list_new(previews);
	*added = *preview;
	added->first_backend = backends->n;
	return added;
}

static int get_preview(struct nlattr *nla, struct list *previews, struct list *backends,
		       bool goes_on, struct dsr_error *err)
{
	struct dsr_preview preview = { 0 }, *added;
	struct dsr_preview_backend *backend;
	struct nlattr *nest;
	int rem;

	if (attr_get_nest(nla, &attr_preview_set, &preview, err))
		return -1;
	added = add_preview(previews, backends, &preview, goes_on);
	nla_for_each_nested(nest, nla, rem) {
		if (nla_type(nest) != NF_DSR_A_PREVIEW_BACKEND)
			continue;
		backend = list_new(backends);
		*backend = (struct dsr_preview_backend){ 0 };
		added->n_backends++;
		if (attr_get_nest(nest, &attr_share_set, backend, err))
			return -1;
	}
	return 0;
}

int attr_get_previews(const struct nlmsghdr *hdr, struct list *previews, struct list *backends,
		      struct dsr_preview_cursor *cursor, struct dsr_error *err)
{
	bool goes_on = cursor->backend;
	struct nlattr *nla;
	int rem;

	*cursor = (struct dsr_preview_cursor){ 0 };
	nla_for_each_attr(nla, attr_first(hdr), attr_len(hdr), rem) {
		if (nla_type(nla) == NF_DSR_A_COMMIT_NEXT) {
			if (attr_get_nest(nla, &attr_cursor_set, cursor, err))
				return -1;
			cursor->more = 1;
		}
		if (nla_type(nla) != NF_DSR_A_COMMIT_PREVIEW)
			continue;
		if (get_preview(nla, previews, backends, goes_on, err))
			return -1;
		goes_on = false;
	}
	return 0;
}
