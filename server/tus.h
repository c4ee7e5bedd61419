/*
 * tus.h - the header fields of tus 1.0, read: what a client says of an upload.
 *
 *     Upload-Length, Upload-Offset   whole numbers, digits alone
 *     Upload-Metadata                pairs "key base64, ..."; we read filetype, and no other: a
 *                                    file's name is personal and names nothing here
 *     Upload-Checksum                "sha1 base64" or "sha256 base64"
 *
 * Life:    what is read lives in the arena.
 * Limits:  TUS_METADATA_BYTES_MAX.
 * Fails:   MC_BAD_INPUT.
 * Source:  https://tus.io/protocols/resumable-upload (1.0.0), sections Core Protocol, Creation,
 *          Checksum.
 */
#ifndef SERVER_TUS_H
#define SERVER_TUS_H

#include "base/arena.h"

#define TUS_VERSION    "1.0.0"
#define TUS_EXTENSIONS "creation,expiration,termination,checksum"
#define TUS_CHECKSUMS  "sha1,sha256"

enum { TUS_METADATA_BYTES_MAX = 4096 };

enum status tus_number(struct str text, int64_t *ret_number);

/* *ret_type is absent when the client tells none. */
enum status tus_file_type(struct str metadata, struct arena *arena, struct str *ret_type);

struct tus_checksum {
    const char *algorithm; /* as OpenSSL names it */
    struct str digest;
};

enum status tus_checksum_read(struct str text, struct arena *arena,
                              struct tus_checksum *ret_checksum);
bool tus_checksum_fits(const struct tus_checksum *checksum, struct str bytes);

#endif
