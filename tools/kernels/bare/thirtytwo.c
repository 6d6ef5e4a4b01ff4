/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thirtytwo: system calls of 32-bit ARM, which spoor counts and does not decode. For a machine
 * without a C library of that kind. Truth: "undecoded", with the exec that brought it here, which
 * returns as a call of the new program, and the write that tells this.
 */
#define CALLS 100 /* in decimal below, with those two */
#define WRITE 4
#define EXIT_GROUP 248
#define GETPID 20

static long call(long number, long a, long b, long c)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
	return r0;
}

void _start(void)
{
	static const char truth[] = "{\"program\":\"thirtytwo\",\"undecoded\":102}\n";

	for (int i = 0; i < CALLS; i++)
		call(GETPID, 0, 0, 0);
	call(WRITE, 1, (long)truth, sizeof(truth) - 1);
	call(EXIT_GROUP, 0, 0, 0);
	for (;;)
		;
}
