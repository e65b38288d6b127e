// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../../kmod/dsr_state.c"

#define SYN		NF_DSR_FLOW_STATE_SYN
#define ESTABLISHED	NF_DSR_FLOW_STATE_ESTABLISHED
#define CLOSING		NF_DSR_FLOW_STATE_CLOSING
#define UDP		NF_DSR_FLOW_STATE_UDP
#define ICMP		NF_DSR_FLOW_STATE_ICMP
#define OTHER		NF_DSR_FLOW_STATE_OTHER
#define RESET		NF_DSR_FLOW_STATE_RESET

#define F	DSR_TCP_FIN
#define S	DSR_TCP_SYN
#define R	DSR_TCP_RST
#define A	DSR_TCP_ACK
#define D	DSR_TCP_DATA

/* What every combination of flags makes of a flow of TCP. */
static const struct {
	u8 flags;
	u8 first;		/* of a flow that was not known */
	u8 from_syn;
	u8 from_established;
	u8 from_closing;
	u8 from_reset;
} steps[] = {
	{ 0,		 ESTABLISHED, ESTABLISHED, ESTABLISHED, CLOSING, ESTABLISHED },
	{ A,		 ESTABLISHED, ESTABLISHED, ESTABLISHED, CLOSING, ESTABLISHED },
	{ S,		 SYN,	      SYN,	   ESTABLISHED, RESET,	 RESET },
	{ S | A,	 SYN,	      SYN,	   ESTABLISHED, CLOSING, RESET },
	{ F,		 CLOSING,     CLOSING,	   CLOSING,	CLOSING, CLOSING },
	{ F | A,	 CLOSING,     CLOSING,	   CLOSING,	CLOSING, CLOSING },
	{ F | S,	 CLOSING,     CLOSING,	   CLOSING,	CLOSING, CLOSING },
	{ F | S | A,	 CLOSING,     CLOSING,	   CLOSING,	CLOSING, CLOSING },
	{ R,		 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | A,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | S,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | S | A,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | F,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | F | A,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | F | S,	 RESET,	      RESET,	   RESET,	CLOSING, RESET },
	{ R | F | S | A, RESET,	      RESET,	   RESET,	CLOSING, RESET },
};

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

		KUNIT_EXPECT_EQ(test, dsr_state_next(SYN, flags),
				steps[i].from_syn);
		KUNIT_EXPECT_EQ(test, dsr_state_next(ESTABLISHED, flags),
				steps[i].from_established);
		KUNIT_EXPECT_EQ(test, dsr_state_next(CLOSING, flags),
				steps[i].from_closing);
		KUNIT_EXPECT_EQ(test, dsr_state_next(RESET, flags),
				steps[i].from_reset);
	}
}

/* With a FIN or SYN it may be the first connection's last or the second one's first. */
static void data_shows_that_a_closing_flow_goes_on(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		u8 flags = steps[i].flags;
		bool live = !(flags & (F | S | R));

		KUNIT_EXPECT_EQ(test, dsr_state_next(CLOSING, flags | D),
				live ? ESTABLISHED : steps[i].from_closing);
		KUNIT_EXPECT_EQ(test, dsr_state_next(SYN, flags | D),
				steps[i].from_syn);
		KUNIT_EXPECT_EQ(test, dsr_state_next(ESTABLISHED, flags | D),
				steps[i].from_established);
		KUNIT_EXPECT_EQ(test, dsr_state_next(RESET, flags | D),
				steps[i].from_reset);
	}
}

/* PSH, URG, ECE: a SYN that offers ECN is a SYN. */
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
		for (state = 0; state <= RESET; state++)
			KUNIT_EXPECT_EQ(test,
					dsr_state_next(state, flags | others),
					dsr_state_next(state, flags));
	}
}

static void other_protocols_have_one_state(struct kunit *test)
{
	static const u8 states[] = { UDP, ICMP, OTHER };
	u32 i, proto, flags;

	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_UDP, 0), UDP);
	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_ICMP, 0), ICMP);
	KUNIT_EXPECT_EQ(test, dsr_state_first(IPPROTO_ICMPV6, 0), ICMP);
	for (proto = 0; proto < 256; proto++) {
		if (proto != IPPROTO_TCP && proto != IPPROTO_UDP &&
		    proto != IPPROTO_ICMP && proto != IPPROTO_ICMPV6)
			KUNIT_EXPECT_EQ(test, dsr_state_first(proto, 0), OTHER);
	}
	for (i = 0; i < ARRAY_SIZE(states); i++) {
		for (flags = 0; flags < 256; flags++)
			KUNIT_EXPECT_EQ(test, dsr_state_next(states[i], flags),
					states[i]);
	}
}

static void default_timeouts_are_the_documented_ones(struct kunit *test)
{
	static const u32 seconds[DSR_TIMEOUTS] = {
		[SYN] = 60, [ESTABLISHED] = 3600, [CLOSING] = 60, [UDP] = 120,
		[ICMP] = 2, [OTHER] = 120,
	};
	u32 i;

	for (i = 0; i < DSR_TIMEOUTS; i++)
		KUNIT_EXPECT_EQ(test, dsr_timeouts_default.seconds[i],
				seconds[i]);
	for (i = 0; i < DSR_TIMEOUTS; i++)
		KUNIT_EXPECT_EQ(test, dsr_state_timeout(i), i);
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
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test, dsr_state_backend(cases[i].state,
							cases[i].health,
							cases[i].drained),
				cases[i].holds);
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

static struct kunit_case state_cases[] = {
	KUNIT_CASE(first_segment_decides_the_state),
	KUNIT_CASE(every_segment_moves_the_state),
	KUNIT_CASE(data_shows_that_a_closing_flow_goes_on),
	KUNIT_CASE(other_flags_change_nothing),
	KUNIT_CASE(other_protocols_have_one_state),
	KUNIT_CASE(default_timeouts_are_the_documented_ones),
	KUNIT_CASE(a_backend_is_as_bad_as_the_worst_word),
	KUNIT_CASE(only_a_bare_syn_begins),
	{}
};

static struct kunit_suite state_suite = {
	.name = "nf_dsr_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);
