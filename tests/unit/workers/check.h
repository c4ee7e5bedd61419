/* check.h - cmocka with what it wants to have been included before it. */
#ifndef TESTS_UNIT_WORKERS_CHECK_H
#define TESTS_UNIT_WORKERS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* A group of its own: sorted in with the others it would come first. */
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#endif
