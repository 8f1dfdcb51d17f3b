/* json_token.h - the tokens of the usual JSON: strings without escapes and whole numbers.
 *
 * What is not of that kind is told by `false`; then nothing is decided, and jansson reads the bytes
 * from their start. json_scan.h makes a tree of the tokens, member.h objects without one.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_TOKEN_H
#define COMMON_JSON_TOKEN_H

#include "common/str.h"

/* Where a reader stands in valid UTF-8. */
struct json_token {
    struct str bytes;
    size_t at;
};

/* The next byte behind white space; NUL at the end, which is no part of JSON. */
static inline char json_token_peek(struct json_token *token)
{
    while (token->at < token->bytes.len) {
        char c = token->bytes.ptr[token->at];
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
            return c;
        }
        token->at++;
    }
    return '\0';
}

static inline bool json_token_take(struct json_token *token, char wanted)
{
    if (json_token_peek(token) != wanted) {
        return false;
    }
    token->at++;
    return true;
}

/* What stands between two quotes; borrows. */
bool json_token_string(struct json_token *token, struct str *ret_text);

/* At most 18 digits, which fit into 63 bits. What follows them is not looked at, so the next token
 * of 1.5 and 1e3 is none that may stand there. */
bool json_token_int(struct json_token *token, int64_t *ret_number);

/* True if nothing but white space is left. */
bool json_token_is_end(struct json_token *token);

#endif
