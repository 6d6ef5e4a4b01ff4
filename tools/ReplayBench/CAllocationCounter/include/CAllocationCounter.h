/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SPOOR_ALLOCATION_COUNTER_H
#define SPOOR_ALLOCATION_COUNTER_H

#include <stdint.h>

/*
 * How often the calling thread has allocated since it started, by malloc and
 * its relatives; Swift's own allocations come to these.
 */
uint64_t spoor_allocation_count(void);

#endif
