/*
 * form.h - Form (tờ khai điện tử), Prefill (dữ liệu điền sẵn) and DossierForm (tờ khai của hồ sơ).
 *
 * A form itself is read from memory, the same for everybody; what is known of its fields, and what
 * was declared, is one's own.
 */
#ifndef RESOLVERS_FORM_H
#define RESOLVERS_FORM_H

#include "ask.h"

/* Procedure.form(case). */
gql_resolve form_of_procedure;

/* Procedure.prefill(case, applicant); its data is procedure_prefill. */
gql_resolve prefill_of_procedure;
extern const struct ask procedure_prefill;

/* Dossier.form; its data is dossier_form. */
gql_resolve form_of_dossier;
extern const struct ask dossier_form;

#endif
