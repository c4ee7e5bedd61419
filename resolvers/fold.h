/*
 * fold.h - Vietnamese text without accents and case, so that "dang ky" finds "Đăng ký".
 *
 * The same folding as the database's search_text(): lower case, combining marks dropped, đ as d;
 * letters outside of Latin stay as they are.
 */
#ifndef RESOLVERS_FOLD_H
#define RESOLVERS_FOLD_H

#include "base/arena.h"

/* text is valid UTF-8, composed or not. */
struct str fold_text(struct arena *arena, struct str text);

/* Does haystack (folded) hold every word of needle (folded), in any order? */
bool fold_matches(struct str haystack, struct str needle);

#endif
