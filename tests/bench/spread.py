# SPDX-License-Identifier: GPL-2.0-or-later
"""Ratios of values of the same round, and their spread. If the speed of the machine changes
between rounds, it changes both sides of such a ratio. These functions have no side effects."""
import statistics

# Rounds go on until the middle half of the ratios is no wider than this.
NARROW = 0.03


def by_round(samples, **dimensions):
    """Return, by round, the values of the samples that have all of these dimensions."""
    wanted = dimensions.items()
    return {sample["round"]: sample["value"] for sample in samples if wanted <= sample.items()}


def within_rounds(above, below):
    """Return a ratio for each round that has both values."""
    return {number: above[number] / below[number] for number in above if below.get(number)}


def middle(ratios):
    """Return the median, and the width of the middle half. Each is None if there are too few
    values for it: the median needs one, the width two."""
    values = list(ratios.values())
    if len(values) < 2:
        return (values[0] if values else None), None
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return median, high - low


def bulk(samples):
    return within_rounds(by_round(samples, metric="bulk", peer="l2"),
                         by_round(samples, metric="bulk", peer="forward"))


def speedup(samples):
    """Return, by round, the speedup of l2 divided by that of forward. The values of l2 and
    forward with the same number of processors are divided first, as they were measured
    directly after each other."""
    one, two = (within_rounds(by_round(samples, metric="throughput", peer="l2", cpus=cpus),
                              by_round(samples, metric="throughput", peer="forward", cpus=cpus))
                for cpus in (1, 2))
    return within_rounds(two, one)


def is_enough(ratios, least):
    """Return true if there are at least LEAST ratios and their spread is narrow."""
    _, width = middle(ratios)
    return len(ratios) >= least and width is not None and width <= NARROW


def in_turn(peers, number):
    """Return the peers in the order of a round. Every other round reverses the order, so peers
    that are measured directly after each other stay so."""
    return peers[::-1] if number % 2 else peers
