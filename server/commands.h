/*
 * commands.h - the sub-commands of motcua-server beside serve. Each gives the exit code.
 */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "config.h"

/* Says what is missing between SDL, resolvers, SQL and the database; 1 when something is.
 * With a directory, its *.graphql stand in for the SDL of the binary. */
int command_check(const struct server_config *config, int count, char **arguments);

/* SDL of the schema. */
int command_schema(const struct server_config *config, int count, char **arguments);

/* [--manifest OUT.json] FILE...: do client documents (.graphql) and manifests (.json) fit the
 * schema and its limits? 1 with file:line:column and a sentence for each fault. OUT is the manifest
 * of trusted documents of all operations. */
int command_validate(const struct server_config *config, int count, char **arguments);

/* Every statement, ready for psql. */
int command_sql(const struct server_config *config, int count, char **arguments);

/* Settings as they are, or the README's table with --markdown. */
int command_config(const struct server_config *config, int count, char **arguments);

/* A bearer token of a sample actor, whose session is made in Redis. */
int command_token(const struct server_config *config, int count, char **arguments);

/* suspend|resume TAX_CODE: a suspended partner gets no token, and all its sessions end within a
 * second; resumed, its keys open new ones. 1 when there is no such partner, or it is so already. */
int command_partner(const struct server_config *config, int count, char **arguments);

/* Seals by the key in use what an older one has sealed, and prints counts. 1 when the database does
 * not answer, or a cell could not be opened: then its key must stay, or come back. */
int command_reseal(const struct server_config *config, int count, char **arguments);

/* AGENCY_CODE, and from standard input two lines: name and personal number, which no list of
 * processes shows. Makes the first administrator of an agency that has none. */
int command_appoint(const struct server_config *config, int count, char **arguments);

/* dossier: its state machine as Mermaid text, from the table it runs on. 1 when the database does
 * not answer. */
int command_diagram(const struct server_config *config, int count, char **arguments);
/* import FILE: the national catalogue, one JSON object a line (members as procedure_shape() of
 * functions/86_procedures.sql has them). Prints a JSON object for each line that changed something
 * or was refused, then one of counts; progress goes to standard error. 1 when a line was refused or
 * the import was cut short. */
int command_catalogue(const struct server_config *config, int count, char **arguments);

/* import OFFICER FILE: results on paper for the inventory that this officer (his id) keeps, one
 * JSON object a line (ResultLine of result.graphql, days as YYYY-MM-DD), and the scans they name,
 * which lie beside the file and are checked by another officer. Prints a JSON object for each line
 * that was refused and each scan that was not attached, then one of counts; progress goes to
 * standard error. To be run as who runs the server: both write the same storage. 1 when something
 * was refused or the import was cut short. */
int command_results(const struct server_config *config, int count, char **arguments);

#endif
