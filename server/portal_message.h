/*
 * portal_message.h - what the national portal (Cổng Dịch vụ công quốc gia) sends, read.
 *
 *     {"service": "DongBoHoSoMC", "isUpdating": false, "data": [{"MaHoSo": ..., ...}, ...]}
 *
 * A record of isUpdating false is a dossier that was filed there, with what was paid then, if a
 * DanhSachLePhi says so; of true, a supplement (it has
 * DanhSachHoSoBoSung), a payment (DanhSachLePhi) or, with neither, the applicant's wish to withdraw
 * (TrangThaiHoSo 7). Of each is kept what portal_field.c names in its tables, papers, the sum of
 * fees and who files, and nothing else.
 *
 * Life:    texts live in the arena given.
 * Limits:  PORTAL_RECORDS_MAX records, PORTAL_PAPERS_MAX papers and PORTAL_FEES_MAX fees of one,
 *          lengths in those tables; JSON nested GRAPHQL_JSON_DEPTH_MAX deep, PORTAL_JSON_PARTS_MAX.
 * Fails:   MC_BAD_INPUT, MC_LIMIT of a whole request, with a sentence in why. A record
 *          that does not fit has its own sentence, and the others are read.
 * Source:  DOMAIN §2.3.
 */
#ifndef SERVER_PORTAL_MESSAGE_H
#define SERVER_PORTAL_MESSAGE_H

#include "base/arena.h"

enum {
    PORTAL_RECORDS_MAX = 20,
    PORTAL_PAPERS_MAX = 50,
    PORTAL_FEES_MAX = 20,
    PORTAL_JSON_PARTS_MAX = 20000,
};

struct portal_message {
    const char *why;  /* it does not fit, and what is the matter; NULL: it fits */
    const char *kind; /* DOSSIER, SUPPLEMENT, PAYMENT, WITHDRAWAL, as portal_receive() says */
    struct str code;  /* MaHoSo; absent when that does not fit */
    struct str body;  /* JSON, as portal_receive() takes it */
    struct str
        personal_no;    /* absent: an organisation, or not told; it stands nowhere in the body */
    struct str content; /* the record as canonical JSON, but for a person's DinhDanhCHS */
};

/* messages: room for PORTAL_RECORDS_MAX. */
enum status portal_messages_read(struct str text, struct arena *arena,
                                 struct portal_message *messages, size_t *ret_count,
                                 const char **ret_why);

#endif
