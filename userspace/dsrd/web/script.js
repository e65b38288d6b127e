// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces the contents of the page every few seconds, unless nobody sees it. Without this script
// the page is the same, and a link refreshes it.
"use strict";
(() => {
	const interval = 5000;
	let paused = false;
	let timer;

	const button = () => {
		const element = document.createElement("button");

		element.type = "button";
		element.textContent = paused ? "Go on" : "Pause";
		element.addEventListener("click", () => {
			paused = !paused;
			show();
			if (!paused)
				refresh();
		});
		return element;
	};

	const show = () => {
		const place = document.getElementById("refresh");

		place.replaceChildren(paused ? "Paused. " : "Refreshed every 5 seconds. ", button());
	};

	// Sets whether parts are open as they were.
	const keepOpen = (from, to) => {
		const before = from.querySelectorAll("details");

		to.querySelectorAll("details").forEach((element, i) => {
			if (before[i])
				element.open = before[i].open;
		});
	};

	// Gives the link that had the focus to whoever uses the keyboard.
	const keepFocus = (main) => {
		const focused = document.activeElement;
		const target = focused && main.contains(focused) && focused.getAttribute("href");
		const isButton = focused instanceof HTMLButtonElement;

		return () => {
			for (const element of main.querySelectorAll("a, button"))
				if (isButton ? element instanceof HTMLButtonElement :
				    target && element.getAttribute("href") === target)
					return element.focus({preventScroll: true});
		};
	};

	const replace = (text) => {
		const next = new DOMParser().parseFromString(text, "text/html");
		const main = document.getElementById("main");
		const selected = !document.getSelection().isCollapsed;

		// Whoever marks a command wants to copy it.
		if (!next.getElementById("main") || selected)
			return;
		const focus = keepFocus(main);

		keepOpen(main, next);
		main.replaceChildren(...next.getElementById("main").childNodes);
		document.title = next.title;
		show();
		focus();
	};

	const stale = () => {
		const line = document.getElementById("time");

		if (line.classList.contains("stale"))
			return;
		line.classList.add("stale");
		line.append(" dsrd does not answer: this is old.");
		document.title = "no answer - " + document.title;
	};

	const refresh = async () => {
		clearTimeout(timer);
		try {
			const answer = await fetch(location.href, {cache: "no-store"});

			replace(await answer.text());
		} catch {
			stale();
		}
		next();
	};

	const next = () => {
		clearTimeout(timer);
		if (!paused && !document.hidden)
			timer = setTimeout(refresh, interval);
	};

	document.addEventListener("visibilitychange", () => {
		if (!document.hidden && !paused)
			refresh();
	});
	show();
	next();
})();
