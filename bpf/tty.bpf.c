// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Writes to terminals, by the terminal and not by the descriptor or its name. */
#include "own_counts.bpf.h"
#include "tty_text.bpf.h"

/* By terminal: when somebody last typed, or a program did in his place. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct spoor_tty);
	__type(value, struct spoor_tty_input);
} tty_inputs SEC(".maps");

#define SPOOR_ICANON 2 /* include/uapi/asm-generic/termbits.h */

/* Device numbers inside the kernel: 12 bits major, 20 bits minor. */
#define SPOOR_MINOR_BITS 20

/* Majors, from Documentation/admin-guide/devices.txt. */
#define SPOOR_BSD_MASTER 2
#define SPOOR_AUXILIARY 5 /* /dev/tty, /dev/console: names of other terminals */
#define SPOOR_UNIX98_MASTER 128
#define SPOOR_UNIX98_SLAVE SPOOR_TTY_MAJOR_UNIX98
#define SPOOR_UNIX98_END 144

/* BSD pairs, virtual consoles and serial lines, Unix98; ttyACM, ttyUSB, ttyAMA, hvc. */
static __always_inline bool spoor_is_tty_major(u32 major)
{
	return (major >= SPOOR_BSD_MASTER && major <= SPOOR_AUXILIARY) ||
	       (major >= SPOOR_UNIX98_MASTER && major < SPOOR_UNIX98_END) || major == 166 ||
	       major == 188 || major == 204 || major == 229;
}

/*
 * The terminal that a file is, whatever name it was opened by: /dev/tty and a
 * passed descriptor lead to the same one. Returns the side that programs use,
 * a pty's slave, and NULL for anything else.
 */
static __always_inline struct tty_struct *spoor_tty_of(struct file *file, struct spoor_tty *tty)
{
	struct inode *inode = spoor_read(file, f_inode);
	struct tty_file_private *opened;
	struct tty_struct *terminal, *slave;
	struct tty_driver *driver;
	struct dentry *node;
	u32 opened_as;

	if ((spoor_read(inode, i_mode) & SPOOR_S_IFMT) != SPOOR_S_IFCHR)
		return NULL;
	opened_as = spoor_read(inode, i_rdev) >> SPOOR_MINOR_BITS;
	if (!spoor_is_tty_major(opened_as))
		return NULL;
	opened = spoor_read(file, private_data);
	if (!opened || spoor_read(opened, file) != file)
		return NULL;
	terminal = spoor_read(opened, tty);
	driver = spoor_read(terminal, driver);
	if (!driver)
		return NULL;

	tty->instance = 0;
	tty->major = spoor_read(driver, major);
	tty->minor = spoor_read(driver, minor_start) + spoor_read(terminal, index);
	tty->side = SPOOR_TTY_OUTPUT;
	slave = terminal;
	if (tty->major == SPOOR_BSD_MASTER || tty->major == SPOOR_UNIX98_MASTER) {
		tty->side = SPOOR_TTY_INPUT;
		tty->major = tty->major == SPOOR_BSD_MASTER ? SPOOR_BSD_MASTER + 1 :
							      SPOOR_UNIX98_SLAVE;
		slave = spoor_read(terminal, link);
	}
	if (tty->major == SPOOR_UNIX98_SLAVE) {
		if (opened_as >= SPOOR_UNIX98_SLAVE && opened_as < SPOOR_UNIX98_END) {
			tty->instance = spoor_read(spoor_read(inode, i_sb), s_dev);
		} else {
			/* ptmx_open keeps the slave's devpts node in its driver_data. */
			node = spoor_read(slave, driver_data);
			tty->instance = spoor_read(spoor_read(node, d_sb), s_dev);
		}
	}
	return slave;
}

/* Keys reach the program one by one, not by the line: it draws what they do by itself. */
static __always_inline u32 spoor_raw_flag(struct tty_struct *slave)
{
	return spoor_read(slave, termios.c_lflag) & SPOOR_ICANON ? 0 : SPOOR_EVENT_RAW;
}

static __always_inline void spoor_count_input(const struct spoor_tty *tty, long result)
{
	struct spoor_tty_input *input;

	if (tty->side != SPOOR_TTY_INPUT || result <= 0)
		return;
	input = spoor_entry(&tty_inputs, tty, struct spoor_tty_input, tty_inputs_missed);
	if (!input)
		return;
	input->last_ns = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&input->writes, 1);
	__sync_fetch_and_add(&input->bytes, result);
}

/* Also of a thread that is not followed: it may be who types. */
static __always_inline void spoor_on_write(const struct spoor_call *call)
{
	struct spoor_tty_write record = { .result = call->result };
	struct file *file = spoor_file(call->task, spoor_argument(call, call->what->descriptor));
	struct tty_struct *slave;

	slave = file ? spoor_tty_of(file, &record.tty) : NULL;
	if (!slave)
		return;
	spoor_count_input(&record.tty, call->result);
	if (!call->self)
		return;
	spoor_count_write(call->self, &record.tty, call->result);
	spoor_fill_header(&record.header, call->self, call->task);
	spoor_tell_text(call, &record.header, &record.tty);
	spoor_emit_as(&record.header, SPOOR_KIND_TTY_WRITE, sizeof(record),
		      spoor_raw_flag(slave));
}
