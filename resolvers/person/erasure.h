/*
 * erasure.h - the end of a person's account and data (xóa dữ liệu cá nhân).
 */
#ifndef RESOLVERS_ERASURE_H
#define RESOLVERS_ERASURE_H

#include "mutation.h"

extern const struct mutation_kind request_erasure;

#endif
