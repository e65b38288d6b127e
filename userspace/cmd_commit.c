// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A batch as one transaction: its lines become the operations of one message. Errors
 * and warnings of the kernel about an operation are printed with the line that it came
 * from.
 */
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>

#include "commit.h"
#include "list.h"
#include "nl_attr.h"

/* One operation of the transaction. */
struct operation {
	size_t end;		/* offset of its end in commit.attrs */
	unsigned int line;	/* of the batch */
};

/* A command about a device. The kernel's transactions do not include devices. */
struct deferred {
	struct dsr_parsed parsed;
	unsigned int line;
};

struct commit {
	char *attrs;
	size_t len;
	size_t size;
	struct operation *operations;
	unsigned int n;
	struct list deferred;
};

/* The commands that a transaction can contain. */
static const struct {
	int (*run)(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
	int nlm_flags;
	enum nf_dsr_op_kind kind;
} kinds[] = {
	{ cmd_service_set, NLM_F_CREATE | NLM_F_EXCL, NF_DSR_OP_KIND_SERVICE_ADD },
	{ cmd_service_set, NLM_F_REPLACE, NF_DSR_OP_KIND_SERVICE_CHANGE },
	{ cmd_service_set, NLM_F_CREATE | NLM_F_REPLACE, NF_DSR_OP_KIND_SERVICE_REPLACE },
	{ cmd_service_del, 0, NF_DSR_OP_KIND_SERVICE_DEL },
	{ cmd_backend_set, NLM_F_CREATE | NLM_F_EXCL, NF_DSR_OP_KIND_BACKEND_ADD },
	{ cmd_backend_set, NLM_F_REPLACE, NF_DSR_OP_KIND_BACKEND_CHANGE },
	{ cmd_backend_set, NLM_F_CREATE | NLM_F_REPLACE, NF_DSR_OP_KIND_BACKEND_REPLACE },
	{ cmd_backend_del, 0, NF_DSR_OP_KIND_BACKEND_DEL },
	{ cmd_flush, 0, NF_DSR_OP_KIND_FLUSH },
	{ cmd_service_destroy, 0, NF_DSR_OP_KIND_SERVICE_DESTROY },
	{ cmd_backend_destroy, 0, NF_DSR_OP_KIND_BACKEND_DESTROY },
};

static int find_kind(const struct dsr_parsed *parsed)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].run == parsed->command->run &&
		    kinds[i].nlm_flags == parsed->args.nlm_flags)
			return kinds[i].kind;
	return -1;
}

static bool is_of_devices(const struct dsr_parsed *parsed)
{
	return parsed->command->run == cmd_device_add ||
	       parsed->command->run == cmd_device_replace ||
	       parsed->command->run == cmd_device_del ||
	       parsed->command->run == cmd_device_destroy;
}

struct commit *commit_new(void)
{
	struct commit *commit = error_check_alloc(calloc(1, sizeof(*commit)));

	commit->deferred = (struct list)LIST_OF(struct deferred);
	return commit;
}

void commit_free(struct commit *commit)
{
	if (!commit)
		return;
	free(commit->attrs);
	free(commit->operations);
	list_free(&commit->deferred);
	free(commit);
}

static void append(struct commit *commit, const struct nl_msg *msg, unsigned int line)
{
	const struct nlmsghdr *hdr = nlmsg_hdr((struct nl_msg *)msg);
	size_t len = nlmsg_datalen(hdr), room;

	if (commit->len + len > commit->size) {
		commit->size = 2 * (commit->size + len);
		commit->attrs = error_check_alloc(realloc(commit->attrs, commit->size));
	}
	memcpy(commit->attrs + commit->len, nlmsg_data(hdr), len);
	commit->len += len;
	/* The room is the next power of 2. */
	if (!(commit->n & (commit->n - 1))) {
		room = commit->n ? 2 * commit->n : 1;
		commit->operations = error_check_alloc(reallocarray(commit->operations, room,
								    sizeof(*commit->operations)));
	}
	commit->operations[commit->n++] = (struct operation){ commit->len, line };
}

void commit_add_op(struct commit *commit, int kind, const struct dsr_args *args,
		   unsigned int line)
{
	struct nl_msg *msg = error_check_alloc(nlmsg_alloc());

	error_check_alloc(nlmsg_put(msg, 0, 0, NLMSG_NOOP, 0, 0));
	attr_put_op(msg, kind, args);
	append(commit, msg, line);
	nlmsg_free(msg);
}

int commit_add(struct commit *commit, const struct dsr_parsed *parsed, struct dsr_error *err)
{
	int kind = find_kind(parsed);

	if (is_of_devices(parsed)) {
		*(struct deferred *)list_new(&commit->deferred) =
			(struct deferred){ *parsed, err->line };
		return 0;
	}
	if (kind < 0)
		return error_usage(err,
				   "%s%s%s: a transaction changes services, backends and devices only",
				   parsed->object->name, parsed->command->name ? " " : "",
				   parsed->command->name ? parsed->command->name : "");
	if (commit->n == NF_DSR_OPERATIONS_MAX)
		return error_usage(err, "more than %d commands in a transaction",
				   NF_DSR_OPERATIONS_MAX);
	commit_add_op(commit, kind, &parsed->args, err->line);
	return 0;
}

static struct nl_msg *make_request(const struct dsrctl *ctl, const struct commit *commit)
{
	struct nl_msg *msg = dsr_nl_large_msg(ctl->nl, NF_DSR_CMD_COMMIT, NLM_F_REQUEST,
					      commit->len);

	attr_put_commit(msg, ctl->generation, commit->attrs, commit->len);
	return msg;
}

/* Return the line of the operation that the kernel's refusal points at, or 0. */
static unsigned int line_of(const struct commit *commit, long offset)
{
	unsigned int low = 0, high = commit->n, middle;

	if (offset < 0 || (size_t)offset >= commit->len)
		return 0;
	while (low < high) {
		middle = (low + high) / 2;
		if (commit->operations[middle].end <= (size_t)offset)
			low = middle + 1;
		else
			high = middle;
	}
	return commit->operations[low].line;
}

static void strip(char *text, int n)
{
	memmove(text, text + n, strlen(text + n) + 1);
}

/* Remove the number of the operation from the texts. The line identifies it better. */
static void strip_operation(struct dsr_error *err)
{
	int n = 0;

	if (sscanf(err->text, "operation %*u: %n", &n) >= 0)
		strip(err->text, n);
	n = 0;
	if (sscanf(err->at, ATTR_COMMAND " %n", &n) >= 0)
		strip(err->at, n);
}

static void blame(const struct commit *commit, size_t before, struct dsr_error *err)
{
	err->line = err->offset ? line_of(commit, (long)err->offset - (long)before) : 0;
	if (err->line)
		strip_operation(err);
	else
		err->file = NULL;
}

static int get_outcome(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_commit(hdr, arg, err);
}

/* Print the warnings about operations, each with its line, and the number of warnings
 * that the kernel has not reported.
 */
static void print_warnings(const struct commit *commit, const struct dsrctl *ctl,
			   const struct dsr_commit *outcome, struct dsr_error *err)
{
	__u32 i, operation;

	for (i = 0; i < outcome->n_first; i++) {
		operation = outcome->first[i].operation;
		if (!operation || operation > commit->n)
			continue;
		err->line = commit->operations[operation - 1].line;
		snprintf(err->warning, sizeof(err->warning), "%s", outcome->first[i].text);
		error_warn(err, ctl->json, ctl->warnings);
	}
	if (outcome->warnings <= outcome->n_first)
		return;
	snprintf(err->warning, sizeof(err->warning), "%u more warnings, about this line and others",
		 outcome->warnings - outcome->n_first);
	error_warn(err, ctl->json, ctl->warnings);
}

/* A part of a preview. */
struct part {
	struct dsr_commit outcome;
	struct dsr_preview_cursor cursor;
	struct list *previews;
	struct list *backends;
};

static int get_part(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	struct part *part = arg;

	if (attr_get_commit(hdr, &part->outcome, err))
		return -1;
	return attr_get_previews(hdr, part->previews, part->backends, &part->cursor, err);
}

/* All parts are of one generation, which the first one has. */
int commit_preview(struct commit *commit, struct dsrctl *ctl, struct list *previews,
		   struct list *backends, struct dsr_error *err)
{
	struct part part = {
		{ .generation = ctl->generation }, .previews = previews, .backends = backends
	};
	struct nl_msg *msg;
	size_t before;
	bool first = true;

	do {
		msg = dsr_nl_large_msg(ctl->nl, NF_DSR_CMD_COMMIT, NLM_F_REQUEST,
				       commit->len + 64);
		attr_put_dry_run(msg, &part.cursor);
		attr_put_commit(msg, part.outcome.generation, commit->attrs, commit->len);
		before = nlmsg_hdr(msg)->nlmsg_len - commit->len;
		part.cursor.more = 0;
		if (dsr_nl_request(ctl->nl, msg, get_part, &part, err)) {
			blame(commit, before, err);
			return -1;
		}
		err->warning[0] = '\0';
		if (first)
			print_warnings(commit, ctl, &part.outcome, err);
		first = false;
	} while (part.cursor.more);
	return 0;
}

/* Run the commands about devices, after the transaction has succeeded. */
static int run_deferred(struct commit *commit, struct dsrctl *ctl, struct dsr_error *err)
{
	const struct deferred *deferred;
	size_t i;

	for (i = 0; i < commit->deferred.n; i++) {
		deferred = list_at(&commit->deferred, i);
		err->line = deferred->line;
		if (deferred->parsed.command->run(ctl, &deferred->parsed.args, err))
			return -1;
	}
	return 0;
}

int commit_send(struct commit *commit, struct dsrctl *ctl, struct dsr_commit *outcome,
		struct dsr_error *err)
{
	struct nl_msg *msg;
	size_t before;

	*outcome = (struct dsr_commit){ 0 };
	if (!ctl->nl && dsr_nl_open(&ctl->nl, err))
		return -1;
	msg = make_request(ctl, commit);
	before = nlmsg_hdr(msg)->nlmsg_len - commit->len;
	if (dsr_nl_request(ctl->nl, msg, get_outcome, outcome, err)) {
		blame(commit, before, err);
		return -1;
	}
	/* The ack repeats the first warning, without its line. */
	err->warning[0] = '\0';
	print_warnings(commit, ctl, outcome, err);
	return run_deferred(commit, ctl, err);
}
