// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <string.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "unit.h"

/* A request, and an answer to it as the kernel writes it. */
struct answer {
	struct nl_msg *msg;
	struct nl_msg *request;
};

static struct answer make_answer(int type, int error, int flags, const char *line)
{
	struct answer answer;
	struct dsr_parsed parsed;
	struct nlmsgerr *e;

	assert_null(parse_error(line, &parsed));
	if (!strcmp(parsed.object->name, "backend")) {
		answer.request = fake_msg(NF_DSR_CMD_BACKEND_NEW);
		attr_put_backend(answer.request, &parsed.args.key, &parsed.args.addr,
				 &parsed.args.conf);
	} else {
		answer.request = fake_msg(NF_DSR_CMD_SERVICE_NEW);
		attr_put_service(answer.request, &parsed.args.key, &parsed.args.conf);
	}
	answer.msg = nlmsg_alloc();
	nlmsg_put(answer.msg, 0, 0, type, 0, flags);
	if (type == NLMSG_DONE) {
		nlmsg_append(answer.msg, &error, sizeof(error), 0);
		return answer;
	}
	e = nlmsg_reserve(answer.msg, sizeof(*e), 0);
	e->error = error;
	e->msg = *nlmsg_hdr(answer.request);
	/* Without capping, the answer contains the whole request. */
	if (!(flags & NLM_F_CAPPED))
		nlmsg_append(answer.msg, nlmsg_data(nlmsg_hdr(answer.request)),
			     nlmsg_datalen(nlmsg_hdr(answer.request)), NLMSG_ALIGNTO);
	return answer;
}

/* Return the offset of an attribute of the request, which is in a nest if @nest is not 0.
 */
static __u32 offset_of(const struct answer *answer, int nest, int type)
{
	struct nlmsghdr *hdr = nlmsg_hdr(answer->request);
	struct nlattr *nla = nlmsg_find_attr(hdr, 4, nest ? nest : type);

	assert_non_null(nla);
	if (nest)
		nla = nla_find(nla_data(nla), nla_len(nla), type);
	assert_non_null(nla);
	return (char *)nla - (char *)hdr;
}

static struct dsr_error decode(struct answer *answer)
{
	struct dsr_error err = { 0 };

	assert_int_equal(extack_error(nlmsg_hdr(answer->msg), nlmsg_hdr(answer->request), &err),
			 -1);
	assert_int_equal(err.status, DSR_REFUSED);
	nlmsg_free(answer->msg);
	nlmsg_free(answer->request);
	return err;
}

#define CAPPED (NLM_F_CAPPED | NLM_F_ACK_TLVS)

static void text_and_attribute_are_shown(void **state)
{
	struct answer answer = make_answer(NLMSG_ERROR, -EINVAL, CAPPED,
					   "service add tcp 192.0.2.1:80");
	struct dsr_error err;

	(void)state;
	nla_put_string(answer.msg, NLMSGERR_ATTR_MSG, "port is not free");
	nla_put_u32(answer.msg, NLMSGERR_ATTR_OFFS, offset_of(&answer, 0, NF_DSR_A_SERVICE_PORT));
	err = decode(&answer);
	assert_string_equal(err.text, "port is not free");
	assert_string_equal(err.at, "port 80");
	assert_string_equal(err.attribute, "port");
	assert_int_equal(err.number, EINVAL);
	assert_string_equal(err.hint, "");
}

static void echoed_request_is_passed_over(void **state)
{
	struct answer answer = make_answer(NLMSG_ERROR, -EEXIST, NLM_F_ACK_TLVS,
					   "service add tcp 192.0.2.1:80 scheduler wrr");
	struct dsr_error err;

	(void)state;
	nla_put_string(answer.msg, NLMSGERR_ATTR_MSG, "service exists");
	nla_put_u32(answer.msg, NLMSGERR_ATTR_OFFS,
		    offset_of(&answer, 0, NF_DSR_A_SERVICE_SCHEDULER));
	err = decode(&answer);
	assert_string_equal(err.text, "service exists");
	assert_string_equal(err.at, "scheduler wrr");
}

#define BACKEND "backend add tcp 192.0.2.1:80 2001:db8::1 weight 9 method ipip " \
	"outer-source 2001:db8::9 unset gre-key"

static void every_kind_of_value_is_named(void **state)
{
	static const struct {
		int nest;
		int type;
		const char *at;
	} cases[] = {
		{ 0, NF_DSR_A_BACKEND_ADDR6, "addr6 2001:db8::1" },
		{ 0, NF_DSR_A_BACKEND_WEIGHT, "weight 9" },
		{ 0, NF_DSR_A_BACKEND_METHOD, "method ipip" },
		{ 0, NF_DSR_A_BACKEND_OUTER_ADDR6, "outer-addr6 2001:db8::9" },
		{ 0, NF_DSR_A_BACKEND_UNSET, "unset gre-key" },
		{ 0, NF_DSR_A_BACKEND_SERVICE, "service" },
		{ NF_DSR_A_BACKEND_SERVICE, NF_DSR_A_SERVICE_ADDR4, "service addr4 192.0.2.1" },
		{ NF_DSR_A_BACKEND_SERVICE, NF_DSR_A_SERVICE_PORT, "service port 80" },
	};
	struct answer answer;
	struct dsr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		answer = make_answer(NLMSG_ERROR, -EINVAL, CAPPED, BACKEND);
		nla_put_u32(answer.msg, NLMSGERR_ATTR_OFFS,
			    offset_of(&answer, cases[i].nest, cases[i].type));
		err = decode(&answer);
		assert_string_equal(err.at, cases[i].at);
	}
}

static void missing_attributes_are_named(void **state)
{
	struct answer answer = make_answer(NLMSG_ERROR, -EINVAL, CAPPED,
					   "backend add tcp 192.0.2.1:80 10.0.0.1");
	struct dsr_error err;

	(void)state;
	nla_put_u32(answer.msg, NLMSGERR_ATTR_MISS_TYPE, NF_DSR_A_BACKEND_SERVICE);
	err = decode(&answer);
	assert_string_equal(err.at, "service (missing)");

	answer = make_answer(NLMSG_ERROR, -EINVAL, CAPPED,
			     "backend add tcp 192.0.2.1:80 10.0.0.1");
	nla_put_u32(answer.msg, NLMSGERR_ATTR_MISS_NEST,
		    offset_of(&answer, 0, NF_DSR_A_BACKEND_SERVICE));
	nla_put_u32(answer.msg, NLMSGERR_ATTR_MISS_TYPE, NF_DSR_A_SERVICE_PORT);
	err = decode(&answer);
	assert_string_equal(err.at, "service port (missing)");
	assert_string_equal(err.attribute, "port");
}

static void dump_ends_with_a_refusal(void **state)
{
	struct answer answer = make_answer(NLMSG_DONE, -ENOENT, NLM_F_ACK_TLVS,
					   "service add tcp 192.0.2.1:80");
	struct dsr_error err;

	(void)state;
	nla_put_string(answer.msg, NLMSGERR_ATTR_MSG, "no such service");
	err = decode(&answer);
	assert_string_equal(err.text, "no such service");
	assert_string_equal(err.at, "");
}

static void errno_speaks_where_there_is_no_text(void **state)
{
	struct answer answer = make_answer(NLMSG_ERROR, -EPERM, NLM_F_CAPPED,
					   "service add tcp 192.0.2.1:80");
	struct dsr_error err = decode(&answer);

	(void)state;
	assert_string_equal(err.text, "Operation not permitted");
	assert_string_equal(err.hint, "this needs CAP_NET_ADMIN over the network namespace");
}

static void offsets_that_lie_are_passed_over(void **state)
{
	static const __u32 offsets[] = { 0, 1, 17, 21, 1000, 0xffffffff };
	struct dsr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		struct answer answer = make_answer(NLMSG_ERROR, -EINVAL, CAPPED,
						   "backend add tcp 192.0.2.1:80 10.0.0.1");

		nla_put_u32(answer.msg, NLMSGERR_ATTR_OFFS, offsets[i]);
		err = decode(&answer);
		assert_string_equal(err.text, "Invalid argument");
		assert_string_equal(err.at, "");
	}
}

static void success_is_no_error(void **state)
{
	struct answer answer = make_answer(NLMSG_DONE, 0, 0, "service add tcp 192.0.2.1:80");
	struct dsr_error err = { 0 };

	(void)state;
	assert_int_equal(extack_error(nlmsg_hdr(answer.msg), nlmsg_hdr(answer.request), &err), 0);
	nlmsg_free(answer.msg);
	nlmsg_free(answer.request);
}

static void text_of_a_success_is_a_warning(void **state)
{
	struct answer answer = make_answer(NLMSG_ERROR, 0, CAPPED,
					   "backend add tcp 192.0.2.1:80 10.0.0.1");
	struct dsr_error err = { 0 };

	(void)state;
	extack_warning(nlmsg_hdr(answer.msg), &err);
	assert_string_equal(err.warning, "");
	nla_put_string(answer.msg, NLMSGERR_ATTR_MSG, "no route to the backend");
	assert_int_equal(extack_error(nlmsg_hdr(answer.msg), nlmsg_hdr(answer.request), &err), 0);
	extack_warning(nlmsg_hdr(answer.msg), &err);
	assert_string_equal(err.warning, "no route to the backend");
	assert_string_equal(err.text, "");
	nlmsg_free(answer.msg);
	nlmsg_free(answer.request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_attribute_are_shown),
		cmocka_unit_test(echoed_request_is_passed_over),
		cmocka_unit_test(every_kind_of_value_is_named),
		cmocka_unit_test(missing_attributes_are_named),
		cmocka_unit_test(dump_ends_with_a_refusal),
		cmocka_unit_test(errno_speaks_where_there_is_no_text),
		cmocka_unit_test(offsets_that_lie_are_passed_over),
		cmocka_unit_test(success_is_no_error),
		cmocka_unit_test(text_of_a_success_is_a_warning),
	};

	return cmocka_run_group_tests_name("extack", tests, NULL, NULL);
}
