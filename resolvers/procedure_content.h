/*
 * procedure_content.h - what lies in a version of a procedure: cases, parts, fees, guidance. One
 * statement a field and level, for all its procedures.
 *
 * Limits:  a version has 20 cases, 60 parts and 60 fee rules at most (functions/86_procedures.sql).
 */
#ifndef RESOLVERS_PROCEDURE_CONTENT_H
#define RESOLVERS_PROCEDURE_CONTENT_H

#include "ask.h"

extern const struct ask procedure_cases, procedure_parts, procedure_fee, procedure_guidance;

#endif
