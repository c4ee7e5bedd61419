#include "io/redis_internal.h"

#include <stdio.h>

enum { PORT_PRESET = 6379, PORT_MAX = 65535, DATABASE_MAX = 9999 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Copies with %xx decoded; a NUL has no place in any of the texts. */
static bool copy_decoded(struct str text, char *out, size_t out_size)
{
    size_t used = 0;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (c == '%') {
            int high = i + 2 < text.size ? hex_digit(text.data[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(text.data[i + 2]) : -1;

            if (low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0' || used + 1 >= out_size) return false;
        out[used++] = c;
    }
    out[used] = '\0';
    return true;
}

static bool copy_database(struct str text, struct redis_address *address)
{
    int64_t number;

    if (text.size == 0) return true;
    if (str_to_i64(text, &number) != MC_OK || number < 0 || number > DATABASE_MAX) return false;
    if (number > 0) (void)snprintf(address->database, sizeof(address->database), "%d", (int)number);
    return true;
}

/* "user:password@" off the front; the last @ counts. */
static bool take_login(struct str *rest, struct redis_address *address)
{
    struct str login = { rest->data, 0 }, password;

    for (size_t i = 0; i < rest->size; i++)
        if (rest->data[i] == '@') login.size = i;
    if (login.size == 0) return rest->size == 0 || rest->data[0] != '@';
    *rest = (struct str){ rest->data + login.size + 1, rest->size - login.size - 1 };
    password = login;
    login = str_split(&password, ':');
    return password.data != NULL && copy_decoded(login, address->user, sizeof(address->user)) &&
           copy_decoded(password, address->password, sizeof(address->password));
}

static bool parse_unix(struct str rest, struct redis_address *address)
{
    struct str query, path;

    if (!take_login(&rest, address)) return false;
    query = rest;
    path = str_split(&query, '?');
    if (path.size == 0 || path.data[0] != '/') return false;
    if (!copy_decoded(path, address->place, sizeof(address->place))) return false;
    if (query.data == NULL) return true;
    return str_starts(query, STR("db=")) &&
           copy_database((struct str){ query.data + 3, query.size - 3 }, address);
}

static bool parse_tcp(struct str rest, struct redis_address *address)
{
    struct str host, port, database;
    int64_t number = PORT_PRESET;

    if (!take_login(&rest, address)) return false;
    database = rest;
    port = str_split(&database, '/');
    if (port.size > 0 && port.data[0] == '[') {
        port = (struct str){ port.data + 1, port.size - 1 };
        host = str_split(&port, ']');
        if (port.size > 0 && port.data[0] != ':') return false;
        port = port.size > 0 ? (struct str){ port.data + 1, port.size - 1 } : STR_NONE;
    } else {
        host = str_split(&port, ':');
    }
    if (port.data != NULL &&
        (str_to_i64(port, &number) != MC_OK || number < 1 || number > PORT_MAX))
        return false;
    address->port = (int)number;
    return host.size > 0 && copy_decoded(host, address->place, sizeof(address->place)) &&
           copy_database(database, address);
}

enum status redis_address_parse(const char *url, struct redis_address *ret_address)
{
    struct redis_address address = { .port = 0 };
    struct str text = str_of(url);
    bool good = false;

    if (str_starts(text, STR("unix://")))
        good = parse_unix((struct str){ text.data + 7, text.size - 7 }, &address);
    else if (str_starts(text, STR("redis://")))
        good = parse_tcp((struct str){ text.data + 8, text.size - 8 }, &address);
    if (!good) return MC_BAD_INPUT;
    *ret_address = address;
    return MC_OK;
}

size_t redis_greeting(const struct redis_address *address, size_t number, const char *ret_words[3])
{
    bool login = address->password[0] != '\0';

    if (number == 0 && login) {
        size_t count = 0;

        ret_words[count++] = "AUTH";
        if (address->user[0] != '\0') ret_words[count++] = address->user;
        ret_words[count++] = address->password;
        return count;
    }
    if (number == (login ? 1 : 0) && address->database[0] != '\0') {
        ret_words[0] = "SELECT";
        ret_words[1] = address->database;
        return 2;
    }
    return 0;
}
