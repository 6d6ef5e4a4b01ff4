/* SPDX-License-Identifier: Apache-2.0 */
/* Linux interfaces that Swift's Glibc module leaves out. */
#ifndef SPOOR_CLINUX_SHIM_H
#define SPOOR_CLINUX_SHIM_H

#include <pty.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#endif
