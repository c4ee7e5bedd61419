/* form_problems.h - what a form's schema has to say about its fields, in words for the viewer. */
#ifndef RESOLVERS_FORM_PROBLEMS_H
#define RESOLVERS_FORM_PROBLEMS_H

#include "failure.h"

/* One for each of check: path "fields.<name>", in the viewer's language. In the request's arena. */
struct problem *form_problems(struct request *request, const struct form_check *check);

#endif
