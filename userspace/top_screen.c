// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal of dsrctl top, by ncurses, which adapts to its kind and size. */
#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "top_screen.h"

#define SECOND 1000000000ULL

static SCREEN *screen;
static atomic_int ending;
/* The signals of the program before it took over the terminal, and so in top_screen_wait(). They
 * are blocked elsewhere, so that none is missed between two waits.
 */
static sigset_t unblocked;

static void end(int number)
{
	ending = number;
}

static void handle_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = { .sa_handler = end };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	/* ncurses handles this one, about a new size of the terminal. */
	sigaddset(&blocked, SIGWINCH);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaction(signals[i], &action, NULL);
		sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &unblocked);
}

int top_screen_open(struct dsr_error *err)
{
	const char *name = getenv("TERM");

	setlocale(LC_CTYPE, "");
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		error_usage(err, "terminal \"%s\": it is unknown, or cannot move its cursor",
			    name ? name : "");
		error_hint(err, "dsrctl top plain");
		return -1;
	}
	handle_signals();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	return 0;
}

void top_screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	sigprocmask(SIG_SETMASK, &unblocked, NULL);
}

static size_t rows_height(void)
{
	const int others = TOP_HEAD + 1, lines = LINES;

	return lines > others ? lines - others : 0;
}

/* Draw a line up to the right edge with these attributes. */
static void draw_line(int y, const char *line, attr_t attributes)
{
	attrset(attributes);
	mvaddnstr(y, 0, line, COLS);
	if (attributes & A_REVERSE)
		mvchgat(y, 0, -1, attributes, 0, NULL);
	attrset(A_NORMAL);
}

void top_screen_draw(struct top *top)
{
	size_t height = rows_height(), i;
	char line[TOP_LINE];

	top_scroll(top, height);
	erase();
	for (i = 0; i < TOP_HEAD; i++) {
		top_head(top, i, line, COLS);
		draw_line(i, line, i == TOP_HEAD - 1 ? A_REVERSE : A_NORMAL);
	}
	for (i = 0; i < height && top->first + i < top_n_rows(top); i++) {
		top_row(top, top->first + i, line, COLS);
		draw_line(TOP_HEAD + i, line,
			  (top->first + i == top->selected ? A_REVERSE : A_NORMAL) |
			  (top_is_service(top, top->first + i) ? A_BOLD : A_NORMAL));
	}
	top_foot(top, line, COLS);
	draw_line(LINES - 1, line, A_NORMAL);
	refresh();
}

/* Return the key of the model for one of ncurses. */
static int translate(int key)
{
	static const struct {
		int from;
		int to;
	} keys[] = {
		{ KEY_UP, TOP_KEY_UP }, { KEY_DOWN, TOP_KEY_DOWN },
		{ KEY_PPAGE, TOP_KEY_PAGE_UP }, { KEY_NPAGE, TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, TOP_KEY_HOME }, { KEY_END, TOP_KEY_END },
		{ KEY_ENTER, TOP_KEY_ENTER }, { '\r', TOP_KEY_ENTER }, { '\n', TOP_KEY_ENTER },
		{ 27, TOP_KEY_ESCAPE },
		{ KEY_BACKSPACE, TOP_KEY_BACKSPACE }, { 127, TOP_KEY_BACKSPACE },
		{ 8, TOP_KEY_BACKSPACE },
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].from == key)
			return keys[i].to;
	return key < 256 ? key : 0;
}

/* Handle all keys that were pressed. The terminal may have a new size. */
static void handle_keys(struct top *top)
{
	int key;

	while (!top->quit && (key = getch()) != ERR) {
		if (key == KEY_RESIZE)
			continue;
		key = translate(key);
		if (key)
			top_key(top, key, rows_height());
	}
	top_screen_draw(top);
}

void top_screen_wait(struct top *top, __u64 until)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const __u64 interval = top->interval;
	__u64 now = clock_now();
	struct timespec left;
	int n;

	for (; !top->quit && top->interval == interval && now < until; now = clock_now()) {
		left.tv_sec = (until - now) / SECOND;
		left.tv_nsec = (until - now) % SECOND;
		n = ppoll(&input, 1, &left, &unblocked);
		if (ending || (n > 0 && input.revents & (POLLHUP | POLLERR | POLLNVAL)))
			top->quit = true;
		else if (n)
			handle_keys(top);
	}
}
