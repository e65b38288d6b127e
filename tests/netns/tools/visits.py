# SPDX-License-Identifier: GPL-2.0-or-later
"""visits.py N URL...: open N connections, to one URL after the other, and fetch a page by each.
Print how many failed, and for each URL who answered how often."""
import collections
import http.client
import ssl
import sys
import urllib.parse

from patience import PATIENCE

# The certificates of the test are of no authority.
ANY = ssl.create_default_context()
ANY.check_hostname = False
ANY.verify_mode = ssl.CERT_NONE


def connection(url):
    where = urllib.parse.urlsplit(url)
    if where.scheme == "https":
        return http.client.HTTPSConnection(where.hostname, where.port or 443, timeout=PATIENCE,
                                           context=ANY)
    return http.client.HTTPConnection(where.hostname, where.port or 80, timeout=PATIENCE)


def visit(url):
    """Return the page, or what went wrong instead."""
    visitor = connection(url)
    try:
        visitor.request("GET", urllib.parse.urlsplit(url).path or "/")
        return visitor.getresponse().read().decode().strip()
    except (OSError, http.client.HTTPException) as error:
        return f"failed: {type(error).__name__}"
    finally:
        visitor.close()


def main(count, *urls):
    answers = {url: collections.Counter() for url in urls}
    for number in range(int(count)):
        url = urls[number % len(urls)]
        answers[url][visit(url)] += 1
    print(sum(counter[answer] for counter in answers.values() for answer in counter
              if answer.startswith("failed")))
    for url, counter in answers.items():
        print(url, *(f"{answer} {counter[answer]}" for answer in sorted(counter)))


main(*sys.argv[1:])
