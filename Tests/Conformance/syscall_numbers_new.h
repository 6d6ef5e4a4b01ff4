/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls since Linux 6.6, for the checks of the table where the kernel's
 * headers are older: they have one number on every architecture.
 */
#ifndef SYSCALL_NUMBERS_NEW_H
#define SYSCALL_NUMBERS_NEW_H

#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif
#ifndef __NR_setxattrat
#define __NR_setxattrat 463
#define __NR_getxattrat 464
#define __NR_listxattrat 465
#define __NR_removexattrat 466
#endif
#ifndef __NR_open_tree_attr
#define __NR_open_tree_attr 467
#endif
#ifndef __NR_file_getattr
#define __NR_file_getattr 468
#define __NR_file_setattr 469
#endif

#endif
