// SPDX-License-Identifier: GPL-2.0
/* Tests of the states of flows and backends. */
#include <kunit/test.h>

#include "../../kmod/lib/state.c"

#define SYN		NF_DSR_FLOW_STATE_SYN
#define ESTABLISHED	NF_DSR_FLOW_STATE_ESTABLISHED
#define CLOSING		NF_DSR_FLOW_STATE_CLOSING
#define UDP		NF_DSR_FLOW_STATE_UDP
#define ICMP		NF_DSR_FLOW_STATE_ICMP
#define OTHER		NF_DSR_FLOW_STATE_OTHER
#define RESET		NF_DSR_FLOW_STATE_RESET
#define MID		NF_DSR_FLOW_STATE_UNCONFIRMED
#define PERSIST		NF_DSR_FLOW_STATE_PERSIST
#define NEW		DSR_STATE_NEW

#define F	DSR_TCP_FIN
#define S	DSR_TCP_SYN
#define R	DSR_TCP_RST
#define A	DSR_TCP_ACK
#define D	DSR_TCP_DATA

/* The next state of a TCP flow, for every combination of flags. */
static const struct {
	u8 flags;
	u8 first;		/* of a new flow */
	u8 late;		/* of an unconfirmed flow, a second later */
	u8 from_syn;
	u8 from_established;
	u8 from_closing;
	u8 from_reset;
} steps[] = {
	{ 0,             MID, ESTABLISHED, ESTABLISHED, ESTABLISHED, CLOSING,     ESTABLISHED },
	{ A,             MID, ESTABLISHED, ESTABLISHED, ESTABLISHED, CLOSING,     ESTABLISHED },
	{ S,             SYN, SYN,         SYN,         ESTABLISHED, RESET,       RESET },
	{ S | A,         MID, MID,         SYN,         ESTABLISHED, CLOSING,     RESET },
	{ F,             MID, CLOSING,     CLOSING,     CLOSING,     CLOSING,     CLOSING },
	{ F | A,         MID, CLOSING,     CLOSING,     CLOSING,     CLOSING,     CLOSING },
	{ F | S,         MID, CLOSING,     CLOSING,     CLOSING,     CLOSING,     CLOSING },
	{ F | S | A,     MID, CLOSING,     CLOSING,     CLOSING,     CLOSING,     CLOSING },
	{ R,             MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | A,         MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | S,         MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | S | A,     MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | F,         MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | F | A,     MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | F | S,     MID, MID,         RESET,       RESET,       CLOSING,     RESET },
	{ R | F | S | A, MID, MID,         RESET,       RESET,       CLOSING,     RESET },
};

/* Each state but that of a prefix belongs to one kind of protocol. */
static void states_fit_their_protocols(struct kunit *test)
{
	static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_SCTP };
	static const u8 fitting[] = {
		[NF_DSR_FLOW_STATE_SYN] = BIT(0), [NF_DSR_FLOW_STATE_ESTABLISHED] = BIT(0),
		[NF_DSR_FLOW_STATE_CLOSING] = BIT(0), [NF_DSR_FLOW_STATE_UDP] = BIT(1),
		[NF_DSR_FLOW_STATE_ICMP] = BIT(2), [NF_DSR_FLOW_STATE_OTHER] = BIT(3),
		[NF_DSR_FLOW_STATE_PERSIST] = 15, [NF_DSR_FLOW_STATE_RESET] = BIT(0),
		[NF_DSR_FLOW_STATE_UNCONFIRMED] = BIT(0),
	};
	u32 state, i;

	for (state = 0; state < 256; state++)
		for (i = 0; i < ARRAY_SIZE(protos); i++)
			KUNIT_EXPECT_EQ(test, dsr_state_fits(state, protos[i]),
					state < ARRAY_SIZE(fitting) && (fitting[state] & BIT(i)));
}

static void first_segment_decides_the_state(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_TCP,
						      steps[i].flags),
				steps[i].first);
}

static void every_segment_moves_the_state(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u8 flags = steps[i].flags;

		KUNIT_EXPECT_EQ(test, dsr_state_next(SYN, flags, i % 2),
				steps[i].from_syn);
		KUNIT_EXPECT_EQ(test, dsr_state_next(ESTABLISHED, flags, i % 2),
				steps[i].from_established);
		KUNIT_EXPECT_EQ(test, dsr_state_next(CLOSING, flags, i % 2),
				steps[i].from_closing);
		KUNIT_EXPECT_EQ(test, dsr_state_next(RESET, flags, i % 2),
				steps[i].from_reset);
	}
}

/* Within its first second, only a SYN changes the state of an unconfirmed flow. */
static void what_is_picked_up_is_confirmed_when_it_goes_on(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u8 flags = steps[i].flags;

		KUNIT_EXPECT_EQ(test, dsr_state_next(MID, flags, false),
				steps[i].first);
		KUNIT_EXPECT_EQ(test, dsr_state_next(MID, flags, true),
				steps[i].late);
	}
}

static void a_first_packet_confirms_nothing(struct kunit *test)
{
	u32 proto, flags;

	for (proto = 0; proto < 256; proto++) {
		for (flags = 0; flags < 256; flags++)
			KUNIT_EXPECT_FALSE(test,
					   dsr_state_confirmed(dsr_state_first(proto,
									       flags)));
	}
	KUNIT_EXPECT_FALSE(test, dsr_state_confirmed(PERSIST | NEW));
	KUNIT_EXPECT_FALSE(test, dsr_state_confirmed(ICMP));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(ESTABLISHED));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(CLOSING));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(RESET));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(UDP));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(OTHER));
	KUNIT_EXPECT_TRUE(test, dsr_state_confirmed(PERSIST));
}

/* A packet with FIN or SYN may be the last one of the first connection, or the first one
 * of the second connection.
 */
static void data_shows_that_a_closing_flow_goes_on(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u8 flags = steps[i].flags;
		bool live = !(flags & (F | S | R));

		KUNIT_EXPECT_EQ(test, dsr_state_next(CLOSING, flags | D, i % 2),
				live ? ESTABLISHED : steps[i].from_closing);
		KUNIT_EXPECT_EQ(test, dsr_state_next(SYN, flags | D, i % 2),
				steps[i].from_syn);
		KUNIT_EXPECT_EQ(test, dsr_state_next(ESTABLISHED, flags | D, i % 2),
				steps[i].from_established);
		KUNIT_EXPECT_EQ(test, dsr_state_next(RESET, flags | D, i % 2),
				steps[i].from_reset);
	}
}

/* PSH, URG and ECE have no effect: a SYN that offers ECN is a SYN. */
static void other_flags_change_nothing(struct kunit *test)
{
	const u8 others = 0x68;
	u32 i;
	u8 state;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u8 flags = steps[i].flags;

		KUNIT_EXPECT_EQ(test,
				dsr_state_first(IPPROTO_TCP, flags | others),
				dsr_state_first(IPPROTO_TCP, flags));
		for (state = 0; state <= MID; state++)
			KUNIT_EXPECT_EQ(test,
					dsr_state_next(state, flags | others, i % 2),
					dsr_state_next(state, flags, i % 2));
	}
}

static void other_protocols_have_one_state(struct kunit *test)
{
	static const u8 states[] = { UDP, OTHER, PERSIST };
	u32 i, proto, flags;

	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_UDP, 0), UDP | NEW);
	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_ICMP, 0), ICMP);
	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_ICMPV6, 0), ICMP);
	for (proto = 0; proto < 256; proto++) {
		if (proto != IPPROTO_TCP && proto != IPPROTO_UDP &&
		    proto != IPPROTO_ICMP && proto != IPPROTO_ICMPV6)
			KUNIT_EXPECT_EQ(test, dsr_state_first(proto, 0),
					OTHER | NEW);
	}
	for (flags = 0; flags < 256; flags++) {
		KUNIT_EXPECT_EQ(test, dsr_state_next(ICMP, flags, flags % 2),
				ICMP);
		for (i = 0; i < ARRAY_SIZE(states); i++) {
			u8 fresh = states[i] | NEW;

			KUNIT_EXPECT_EQ(test, dsr_state_shown(fresh), states[i]);
			KUNIT_EXPECT_EQ(test, dsr_state_next(fresh, flags, false),
					fresh);
			KUNIT_EXPECT_EQ(test, dsr_state_next(fresh, flags, true),
					states[i]);
			KUNIT_EXPECT_EQ(test,
					dsr_state_next(states[i], flags, flags % 2),
					states[i]);
		}
	}
}

static void default_timeouts_are_the_documented_ones(struct kunit *test)
{
	static const u32 seconds[DSR_TIMEOUTS] = {
		[SYN] = 60, [ESTABLISHED] = 3600, [CLOSING] = 60, [UDP] = 120,
		[ICMP] = 2, [OTHER] = 120, [DSR_TIMEOUT_UNCONFIRMED] = 60,
	};
	u32 i;

	for (i = 0; i < DSR_TIMEOUTS; i++)
		KUNIT_EXPECT_EQ(test, dsr_timeouts_default.seconds[i],
				seconds[i]);
	for (i = 0; i <= OTHER; i++) {
		KUNIT_EXPECT_EQ(test, dsr_state_timeout(i), i);
		KUNIT_EXPECT_EQ(test, dsr_state_timeout(i | NEW), i);
	}
	KUNIT_EXPECT_EQ(test, dsr_state_timeout(MID),
			DSR_TIMEOUT_UNCONFIRMED);
	KUNIT_EXPECT_EQ(test, dsr_state_timeout(RESET), CLOSING);
}

static void a_backend_is_as_bad_as_the_worst_word(struct kunit *test)
{
	static const struct {
		u8 state, health;
		bool drained;
		u8 holds;
	} cases[] = {
#define CASE(s, h, d, is) { NF_DSR_BACKEND_STATE_##s, NF_DSR_HEALTH_##h, d, \
			    NF_DSR_BACKEND_STATE_##is }
		CASE(ACTIVE, UP, false, ACTIVE), CASE(ACTIVE, UP, true, ACTIVE),
		CASE(ACTIVE, DOWN, false, DOWN), CASE(DRAIN, UP, false, DRAIN),
		CASE(DRAIN, UP, true, DOWN), CASE(DRAIN, DOWN, false, DOWN),
		CASE(DOWN, UP, false, DOWN), CASE(DOWN, DOWN, true, DOWN),
#undef CASE
	};
	struct dsr_state_causes causes = {};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		causes.state = cases[i].state;
		causes.health = cases[i].health;
		causes.drained = cases[i].drained;
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes), cases[i].holds);
	}
}

static void on_down_applies_to_health_only(struct kunit *test)
{
	static const struct {
		u8 on_down;
		bool overdue;
		u8 active, drain;
	} cases[] = {
		{ NF_DSR_ON_DOWN_ON_DELETE, false, NF_DSR_BACKEND_STATE_DOWN,
		  NF_DSR_BACKEND_STATE_DOWN },
		{ NF_DSR_ON_DOWN_KEEP, false, NF_DSR_BACKEND_STATE_DRAIN,
		  NF_DSR_BACKEND_STATE_DRAIN },
		{ NF_DSR_ON_DOWN_KEEP, true, NF_DSR_BACKEND_STATE_DOWN,
		  NF_DSR_BACKEND_STATE_DOWN },
		{ NF_DSR_ON_DOWN_REHASH, false, DSR_STATE_UNHEALTHY, DSR_STATE_UNHEALTHY },
		{ NF_DSR_ON_DOWN_RESET, true, DSR_STATE_UNHEALTHY, DSR_STATE_UNHEALTHY },
	};
	struct dsr_state_causes causes;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		causes = (struct dsr_state_causes) {
			.state = NF_DSR_BACKEND_STATE_ACTIVE, .health = NF_DSR_HEALTH_DOWN,
			.on_down = cases[i].on_down, .overdue = cases[i].overdue,
		};
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes), cases[i].active);
		causes.state = NF_DSR_BACKEND_STATE_DRAIN;
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes), cases[i].drain);
		/* The operator's word is worse, and what an operator does is not undone. */
		causes.drained = true;
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes),
				NF_DSR_BACKEND_STATE_DOWN);
		causes.state = NF_DSR_BACKEND_STATE_DOWN;
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes),
				NF_DSR_BACKEND_STATE_DOWN);
		causes.state = NF_DSR_BACKEND_STATE_ACTIVE;
		causes.health = NF_DSR_HEALTH_UP;
		KUNIT_EXPECT_EQ(test, dsr_state_backend(&causes),
				NF_DSR_BACKEND_STATE_ACTIVE);
	}
}

static void only_a_bare_syn_begins(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dsr_state_begins(DSR_TCP_SYN));
	KUNIT_EXPECT_FALSE(test, dsr_state_begins(0));
	KUNIT_EXPECT_FALSE(test, dsr_state_begins(DSR_TCP_ACK));
	KUNIT_EXPECT_FALSE(test, dsr_state_begins(DSR_TCP_SYN | DSR_TCP_ACK));
	KUNIT_EXPECT_FALSE(test, dsr_state_begins(DSR_TCP_SYN | DSR_TCP_RST));
	KUNIT_EXPECT_FALSE(test, dsr_state_begins(DSR_TCP_SYN | DSR_TCP_FIN));
}

/* Set all facts that can be true together, then clear one after the other, beginning with
 * the worst one.
 */
static void the_worst_that_is_so_is_in_effect(struct kunit *test)
{
	struct dsr_state_facts f = {
		.state = NF_DSR_BACKEND_STATE_DOWN,
		.health = NF_DSR_HEALTH_DOWN,
		.reach = DSR_REACH_NO_ROUTE,
		.drained = true,
		.weightless = true,
		.standby = true,
		.limited = true,
		.ramping = true,
	};

	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_DOWN);
	f.state = NF_DSR_BACKEND_STATE_DRAIN;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN);
	f.health = NF_DSR_HEALTH_UP;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_DRAINED);
	f.drained = false;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_NO_ROUTE);
	f.reach = DSR_REACH_NO_NEIGHBOUR;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR);
	f.reach = DSR_REACH_YES;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_DRAINING);
	f.state = NF_DSR_BACKEND_STATE_ACTIVE;
	f.drained = true;	/* an old deadline has no effect then */
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_NO_WEIGHT);
	f.weightless = false;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_STANDBY);
	f.standby = false;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_LIMITED);
	f.limited = false;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_SLOW_STARTING);
	f.ramping = false;
	KUNIT_EXPECT_EQ(test, dsr_state_effective(&f), NF_DSR_EFFECTIVE_STATE_SERVING);
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE(states_fit_their_protocols),
	KUNIT_CASE(first_segment_decides_the_state),
	KUNIT_CASE(every_segment_moves_the_state),
	KUNIT_CASE(what_is_picked_up_is_confirmed_when_it_goes_on),
	KUNIT_CASE(a_first_packet_confirms_nothing),
	KUNIT_CASE(data_shows_that_a_closing_flow_goes_on),
	KUNIT_CASE(other_flags_change_nothing),
	KUNIT_CASE(other_protocols_have_one_state),
	KUNIT_CASE(default_timeouts_are_the_documented_ones),
	KUNIT_CASE(a_backend_is_as_bad_as_the_worst_word),
	KUNIT_CASE(on_down_applies_to_health_only),
	KUNIT_CASE(only_a_bare_syn_begins),
	KUNIT_CASE(the_worst_that_is_so_is_in_effect),
	{}
};

static struct kunit_suite state_suite = {
	.name = "nf_dsr_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);
