/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
#ifndef DSRCTL_NAMES_GEN_H
#define DSRCTL_NAMES_GEN_H

/* The names of the values of each enum, indexed by value. Each list ends with
 * NULL.
 */
extern const char *const names_method[];
extern const char *const names_outer_source[];
extern const char *const names_outer_checksum[];
extern const char *const names_echo[];
extern const char *const names_source_other[];
extern const char *const names_backend_state[];
extern const char *const names_effective_state[];
extern const char *const names_flow_state[];
extern const char *const names_trace_verdict[];
extern const char *const names_chosen_by[];
extern const char *const names_hash[];
extern const char *const names_health[];
extern const char *const names_on_delete[];
extern const char *const names_on_down[];
extern const char *const names_no_backend[];
extern const char *const names_unmatched[];
extern const char *const names_op_kind[];

#endif
