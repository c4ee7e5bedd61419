/*
 * access_class.h - AccessClass (mức tiếp cận) of a dossier: read and changed.
 */
#ifndef RESOLVERS_ACCESS_CLASS_H
#define RESOLVERS_ACCESS_CLASS_H

#include "ask.h"
#include "mutation.h"

/* Dossier.accessClass */
extern const struct ask access_class_of_dossier;

extern const struct mutation_kind classify_dossier;

#endif
