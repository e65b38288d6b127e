# SPDX-License-Identifier: GPL-2.0-or-later
"""picture.py FILE WIDTH HEIGHT URL [--dark] [--no-script]: take a picture by headless Chromium.

It also says what is wrong with the page: a script that fails, a policy that is violated, and text
that is wider than the window. HEIGHT 0 means that of the page.
"""
import argparse
import base64
import itertools
import json
import os
import subprocess
import sys
import tempfile


class Browser:
    """Speaks the debugging protocol over pipes: messages that end with a NUL."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory()
        to_browser, self.to = os.pipe()
        self.of, from_browser = os.pipe()
        self.process = subprocess.Popen(
            ["sh", "-c", f"exec 3<&{to_browser} 4>&{from_browser}; exec chromium --headless=new "
             "--no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe "
             f"--user-data-dir={self.profile.name} about:blank"],
            pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.numbers = itertools.count(1)
        self.buffer = b""
        self.events = []
        self.session = None

    def read(self):
        while b"\0" not in self.buffer:
            part = os.read(self.of, 1 << 20)
            if not part:
                sys.exit("Chromium has ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def attach(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def end(self):
        self.process.terminate()
        self.process.wait()


parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("width", type=int)
parser.add_argument("height", type=int)
parser.add_argument("url")
parser.add_argument("--dark", action="store_true")
parser.add_argument("--no-script", action="store_true")
arguments = parser.parse_args()

browser = Browser()
browser.attach()
for domain in ("Page", "Runtime", "Log"):
    browser.call(f"{domain}.enable")
browser.call("Emulation.setDeviceMetricsOverride", width=arguments.width,
             height=arguments.height or 800, deviceScaleFactor=1, mobile=arguments.width < 500)
browser.call("Emulation.setEmulatedMedia", features=[
    {"name": "prefers-color-scheme", "value": "dark" if arguments.dark else "light"}])
if arguments.no_script:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
browser.call("Page.navigate", url=arguments.url)
browser.wait("Page.loadEventFired")
size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
clip = {} if arguments.height else {
    "captureBeyondViewport": True,
    "clip": {"x": 0, "y": 0, "width": arguments.width, "height": size["height"], "scale": 1}}
image = browser.call("Page.captureScreenshot", format="png", **clip)["data"]
with open(arguments.file, "wb") as file:
    file.write(base64.b64decode(image))
faults = [event["params"]["entry"]["text"] for event in browser.events
          if event.get("method") == "Log.entryAdded"]
faults += [event["params"]["exceptionDetails"]["text"] for event in browser.events
           if event.get("method") == "Runtime.exceptionThrown"]
if size["width"] > arguments.width:
    faults.append(f"the page is {size['width']} wide, and the window {arguments.width}")
browser.end()
if faults:
    sys.exit("\n".join([arguments.url, *faults]))
