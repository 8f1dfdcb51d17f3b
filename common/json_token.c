/* json_token.c - see json_token.h. */
#include "common/json_token.h"

#include "common/json_plain.h"

#define TOKEN_DIGITS_MAX 18

bool json_token_string(struct json_token *token, struct str *ret_text)
{
    if (!json_token_take(token, '"')) {
        return false;
    }
    size_t end = json_plain_end(token->bytes, token->at);
    if (end == token->bytes.len || token->bytes.ptr[end] != '"') {
        return false;
    }
    *ret_text = str_slice(token->bytes, token->at, end - token->at);
    token->at = end + 1;
    return true;
}

static bool token_is_digit(const struct json_token *token, size_t at)
{
    return at < token->bytes.len && token->bytes.ptr[at] >= '0' && token->bytes.ptr[at] <= '9';
}

bool json_token_int(struct json_token *token, int64_t *ret_number)
{
    bool is_negative = json_token_peek(token) == '-';
    size_t start = token->at + (is_negative ? 1 : 0);
    size_t at = start;
    int64_t number = 0;
    while (token_is_digit(token, at) && at - start < TOKEN_DIGITS_MAX) {
        number = number * 10 + (token->bytes.ptr[at++] - '0');
    }
    bool has_zero = at > start && token->bytes.ptr[start] == '0' && (is_negative || at > start + 1);
    if (at == start || has_zero || token_is_digit(token, at)) {
        return false;
    }
    token->at = at;
    *ret_number = is_negative ? -number : number;
    return true;
}

bool json_token_is_end(struct json_token *token)
{
    return json_token_peek(token) == '\0' && token->at == token->bytes.len;
}
