/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_NF_DSR_GEN_H
#define _LINUX_NF_DSR_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/nf_dsr.h>

/* Common nested types */
extern const struct nla_policy nf_dsr_backend_request_nl_policy[NF_DSR_A_BACKEND_CHECK_MARK + 1];
extern const struct nla_policy nf_dsr_op_nl_policy[NF_DSR_A_OP_BACKEND + 1];
extern const struct nla_policy nf_dsr_prefix_nl_policy[NF_DSR_A_PREFIX_PREFIX_LEN + 1];
extern const struct nla_policy nf_dsr_preview_cursor_nl_policy[NF_DSR_A_PREVIEW_CURSOR_BACKEND + 1];
extern const struct nla_policy nf_dsr_service_key_nl_policy[NF_DSR_A_SERVICE_VRF + 1];
extern const struct nla_policy nf_dsr_service_request_nl_policy[NF_DSR_A_SERVICE_DRAIN_FOR + 1];

extern const struct nla_policy nf_dsr_service_get_nl_policy[NF_DSR_A_SERVICE_VRF + 1];

extern const struct nla_policy nf_dsr_service_new_nl_policy[NF_DSR_A_SERVICE_DRAIN_FOR + 1];

extern const struct nla_policy nf_dsr_service_del_nl_policy[NF_DSR_A_SERVICE_VRF + 1];

extern const struct nla_policy nf_dsr_backend_get_nl_policy[NF_DSR_A_BACKEND_STATE + 1];

extern const struct nla_policy nf_dsr_backend_new_nl_policy[NF_DSR_A_BACKEND_CHECK_MARK + 1];

extern const struct nla_policy nf_dsr_backend_del_nl_policy[NF_DSR_A_BACKEND_ADDR6 + 1];

extern const struct nla_policy nf_dsr_flow_get_nl_policy[NF_DSR_A_FLOW_SRC_PREFIX_LEN + 1];

extern const struct nla_policy nf_dsr_flow_flush_nl_policy[NF_DSR_A_FLOW_SERVICE + 1];

extern const struct nla_policy nf_dsr_stats_get_nl_policy[NF_DSR_A_STATS_EXPLAIN + 1];

extern const struct nla_policy nf_dsr_commit_nl_policy[NF_DSR_A_COMMIT_DRY_RUN + 1];

extern const struct nla_policy nf_dsr_trace_nl_policy[NF_DSR_A_TRACE_ERROR + 1];

extern const struct nla_policy nf_dsr_device_get_nl_policy[NF_DSR_A_DEVICE_NAME + 1];

extern const struct nla_policy nf_dsr_device_new_nl_policy[NF_DSR_A_DEVICE_NAME + 1];

extern const struct nla_policy nf_dsr_device_del_nl_policy[NF_DSR_A_DEVICE_NAME + 1];

extern const struct nla_policy nf_dsr_service_destroy_nl_policy[NF_DSR_A_SERVICE_VRF + 1];

extern const struct nla_policy nf_dsr_backend_destroy_nl_policy[NF_DSR_A_BACKEND_ADDR6 + 1];

extern const struct nla_policy nf_dsr_device_destroy_nl_policy[NF_DSR_A_DEVICE_NAME + 1];

extern const struct nla_policy nf_dsr_flow_new_nl_policy[NF_DSR_A_FLOW_SERVICE + 1];

/* Ops table for nf_dsr */
extern const struct genl_ops nf_dsr_nl_ops[18];

int nf_dsr_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_service_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int nf_dsr_nl_service_new_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_service_del_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_backend_get_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_backend_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int nf_dsr_nl_backend_new_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_backend_del_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int nf_dsr_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_commit_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_trace_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_device_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int nf_dsr_nl_device_new_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_device_del_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_service_destroy_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_backend_destroy_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_device_destroy_doit(struct sk_buff *skb, struct genl_info *info);
int nf_dsr_nl_flow_new_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	NF_DSR_NLGRP_CONFIG,
};

#endif /* _LINUX_NF_DSR_GEN_H */
