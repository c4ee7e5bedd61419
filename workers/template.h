/*
 * template.h - what a push says. The only thing that can be put into a text is the tail of the
 * dossier's code ("…-0975"), or a digest's two figures: a lock screen shows it to whoever holds the
 * phone.
 */
#ifndef WORKERS_TEMPLATE_H
#define WORKERS_TEMPLATE_H

#include "base/arena.h"

/* title and body in one language; {tail} stands for the tail, nothing else stands for anything. */
struct template_text {
    const char *title, *body;
};

struct push_template {
    const char *id; /* dossier_transition.template */
    struct template_text vi, en;
};

extern const struct push_template templates[];
extern const size_t template_count;

/* The last row says that something has changed, for an id that a newer migration brought. */
const struct push_template *template_find(struct str id);

struct template_words {
    struct str title, body;
};

/* locale "en" is English, anything else Vietnamese. */
struct template_words template_fill(const struct push_template *words, struct str locale,
                                    struct str tail, struct arena *arena);

#endif
