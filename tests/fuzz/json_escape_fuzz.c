/* Any text between two quotes: taken or refused as jansson does, with the same meaning. */
#include "common/json_escape.h"

#include "common/json_scan.h"
#include "common/mem.h"
#include "tests/fuzz/check.h"

#define BYTES_MAX ((size_t)1 << 16)

/* The text as the only value of an object; *ret_text is it, in there. */
static struct str wrap(const uint8_t *bytes, size_t len, char *out, struct str *ret_text)
{
    const struct str head = STR("{\"a\":\"");
    memcpy(out, head.ptr, head.len);
    if (len > 0) {
        memcpy(out + head.len, bytes, len);
    }
    memcpy(out + head.len + len, "\"}", 2);
    *ret_text = (struct str){ out + head.len, len };
    return (struct str){ out, head.len + len + 2 };
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len > BYTES_MAX) {
        return 0;
    }
    char *out = mem_alloc(len + 16);
    char *meant = mem_alloc(len + 1);
    CHECK(out && meant);
    struct str text;
    struct str whole = wrap(bytes, len, out, &text);
    /* One with a quote of its own is another object; json_fuzz has those. */
    if (utf8_check(text, NULL) == OK && json_escape_end(whole, 6) == whole.len - 2) {
        json_t *theirs = json_loadb(whole.ptr, whole.len, JSON_REJECT_DUPLICATES, NULL);
        json_t *ours = NULL;
        size_t meant_len = 0;
        bool is_taken = json_unescape(text, meant, &meant_len);
        CHECK(is_taken == (theirs != NULL));
        CHECK((json_scan(whole, &ours) == SCAN_DONE) == is_taken);
        CHECK(json_equal(ours, theirs) || !is_taken);
        CHECK(meant_len <= len);
        json_decref(ours);
        json_decref(theirs);
    }
    mem_free(out);
    mem_free(meant);
    return 0;
}
