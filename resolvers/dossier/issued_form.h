/*
 * issued_form.h - forms that were issued in a dossier (phiếu của Thông tư 03/2025).
 */
#ifndef RESOLVERS_ISSUED_FORM_H
#define RESOLVERS_ISSUED_FORM_H

#include "ask.h"

/* Dossier.issuedForms */
extern const struct ask issued_forms_of_dossier;

extern const struct db_column issued_form_columns[];

#endif
