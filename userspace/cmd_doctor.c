// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor: gather facts, judge them, and print the findings. See doctor.h. */
#include <unistd.h>

#include "doctor.h"
#include "dsrctl.h"
#include "nl_attr.h"

static int collect_service(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_service(hdr, list_new(arg), err);
}

static int collect_backend(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	struct doctor_backend *backend = list_new(arg);

	backend->service = NULL;
	return attr_get_backend(hdr, &backend->backend, err);
}

static int collect_device(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_device(hdr, list_new(arg), err);
}

static int collect_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

static int dump(struct dsrctl *ctl, int cmd, dsr_nl_fn fn, struct list *list,
		struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST | NLM_F_DUMP);

	return dsr_nl_dump(ctl->nl, msg, fn, list_clear, list, err);
}

static int get_stats(struct dsrctl *ctl, struct doctor_facts *facts, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);

	attr_put_explain(msg);
	return dsr_nl_request(ctl->nl, msg, collect_stats, &facts->stats, err);
}

static int get_config(struct dsrctl *ctl, struct doctor_facts *facts, struct dsr_error *err)
{
	if (!ctl->nl && dsr_nl_open(&ctl->nl, err))
		return -1;
	return dump(ctl, NF_DSR_CMD_SERVICE_GET, collect_service, &facts->services, err) ||
	       dump(ctl, NF_DSR_CMD_BACKEND_GET, collect_backend, &facts->backends, err) ||
	       dump(ctl, NF_DSR_CMD_DEVICE_GET, collect_device, &facts->devices, err) ||
	       get_stats(ctl, facts, err) ? -1 : 0;
}

/* Without an answer of the module, judge the rest. */
static void get_module(struct dsrctl *ctl, struct doctor_facts *facts, struct dsr_error *err)
{
	if (!get_config(ctl, facts, err))
		return;
	facts->module = access("/sys/module/nf_dsr", F_OK) ? DOCTOR_MODULE_NOT_LOADED :
							      DOCTOR_MODULE_REFUSES;
	snprintf(facts->refusal, sizeof(facts->refusal), "%s", err->text);
	list_clear(&facts->services);
	list_clear(&facts->backends);
	list_clear(&facts->devices);
	error_clear(err);
}

static void print(struct dsrctl *ctl, const struct list *findings)
{
	struct out *out;
	size_t i;

	if (!ctl->json) {
		print_findings(ctl->file, findings, ctl->entered);
		return;
	}
	out = dsrctl_out(ctl, print_finding_columns, 0);
	for (i = 0; i < findings->n; i++)
		print_finding(out, list_at(findings, i), ctl->entered);
	out_close(out);
}

int cmd_doctor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct list findings = LIST_OF(struct doctor_finding);
	struct doctor_facts facts;
	int ret;

	(void)args;
	doctor_init(&facts);
	get_module(ctl, &facts, err);
	doctor_sort(&facts);
	ret = doctor_get_network(&facts, err);
	if (!ret) {
		doctor_get_host(&facts);
		doctor_judge(&facts, &findings);
		print(ctl, &findings);
		ctl->status = doctor_status(&facts, &findings);
	}
	list_free(&findings);
	doctor_free(&facts);
	return ret;
}
