/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts that are made up for the tests of doctor: a director with the interface eth0 and
 * its network. No kernel is asked.
 */
#ifndef DOCTOR_FACTS_H
#define DOCTOR_FACTS_H

#include "doctor.h"

/* Numbers of links; the first two exist. */
enum { LO = 1, ETH0 = 2, ETH1 = 3, TUNNEL = 4, RED = 5 };

#define SERVING NF_DSR_EFFECTIVE_STATE_SERVING

struct doctor_facts make_facts(void);
struct dsr_addr address(const char *text);
struct doctor_link *add_link(struct doctor_facts *facts, int ifindex, const char *name);
struct doctor_link *link_of(struct doctor_facts *facts, int ifindex);
void add_addr(struct doctor_facts *facts, int ifindex, const char *text, __u8 len);

/* Add a service or a backend by the words of its command. */
void add_service(struct doctor_facts *facts, const char *text);
void add_backend(struct doctor_facts *facts, const char *text, int effective);
/* Add a service of web servers with options, and its backend 10.1.1.51. */
void add_web(struct doctor_facts *facts, const char *options);

/* Complete the facts by routes: backends are on eth0, VIPs behind the router. */
void route_all(struct doctor_facts *facts);
/* Return the first backend's route, and the first VIP. */
struct doctor_route *backend_route(struct doctor_facts *facts);
struct doctor_vip *vip_of(struct doctor_facts *facts);

/* Assert the findings, each as "SEVERITY ID ABOUT: CURE" in a line, and free the facts. */
void assert_findings(struct doctor_facts *facts, const char *expected);
/* Assert the text of the first finding. */
void assert_text(const struct doctor_facts *facts, const char *expected);

#endif
