/* SPDX-License-Identifier: Apache-2.0 */
/* Wide characters, and what Swift cannot import: macros and variadic functions. */
#ifndef SPOOR_CNCURSES_SHIM_H
#define SPOOR_CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

/* Takes over the terminal of standard input and output; NULL where it cannot. */
static inline SCREEN *_Nullable spoor_open_screen(void)
{
	return newterm(NULL, stdout, stdin);
}

/* The window of the whole screen. */
static inline WINDOW *_Nullable spoor_screen(void)
{
	return stdscr;
}

/* A string capability of the terminal, such as cup, or NULL. */
static inline const char *_Nullable spoor_capability(const char *_Nonnull name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 ? NULL : text;
}

/* What ends the mouse's reports, or NULL: the capability is an extension. */
static inline const char *_Nullable spoor_mouse_off(void)
{
	const char *mode = spoor_capability("XM");

	return mode ? tparm(mode, 0L) : NULL;
}

/* How many cells the C library takes a character for, -1 for none; wchar.h hides it. */
static inline int spoor_character_width(unsigned int character)
{
	extern int wcwidth(wchar_t);

	return wcwidth((wchar_t)character);
}

/* The character encoding of the locale. */
static inline const char *_Nonnull spoor_codeset(void)
{
	return nl_langinfo(CODESET);
}

/*
 * Makes one character of a screen: a base character and up to four marks.
 * CCHARW_MAX is five.
 */
static inline cchar_t spoor_cell(const wchar_t *_Nonnull text, attr_t attributes, short pair)
{
	cchar_t cell;

	memset(&cell, 0, sizeof(cell));
	setcchar(&cell, text, attributes, pair, NULL);
	return cell;
}

#define SPOOR_ATTRIBUTE(name, value) \
	static inline attr_t spoor_attribute_##name(void) { return value; }
SPOOR_ATTRIBUTE(normal, A_NORMAL)
SPOOR_ATTRIBUTE(bold, A_BOLD)
SPOOR_ATTRIBUTE(dim, A_DIM)
SPOOR_ATTRIBUTE(reverse, A_REVERSE)
SPOOR_ATTRIBUTE(underline, A_UNDERLINE)
#undef SPOOR_ATTRIBUTE

/* One press of the first button, and the wheel: buttons four and five. */
static inline mmask_t spoor_mouse_events(void)
{
	return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
}
static inline int spoor_is_press(mmask_t state)
{
	return (state & BUTTON1_PRESSED) != 0;
}
static inline int spoor_is_wheel_up(mmask_t state)
{
	return (state & BUTTON4_PRESSED) != 0;
}
static inline int spoor_is_wheel_down(mmask_t state)
{
	return (state & BUTTON5_PRESSED) != 0;
}

/* KEY_F is a macro with an argument. */
static inline int spoor_function_key(int number)
{
	return KEY_F(number);
}

#endif
