/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SPOOR_CVTERM_SHIM_H
#define SPOOR_CVTERM_SHIM_H

#include <vterm.h>

#endif
