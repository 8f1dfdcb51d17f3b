/* printer.c - see printer.h. */
#include "worker/command/printer.h"

#include "common/json.h"
#include "common/json_out.h"
#include "common/shown.h"
#include "common/utf8.h"

#define PRINTER_BYTES_MAX ((size_t)16 << 20)

static void printer_text(FILE *out, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        struct str piece = shown_next(text, &at);
        fwrite(piece.ptr, 1, piece.len, out);
    }
}

/* A value that is no text cannot stand in JSON: then only where it was is shown. */
static void printer_event_json(FILE *out, const struct print_event *event)
{
    CLEANUP(buf_fini) struct buf line;
    buf_init(&line, PRINTER_BYTES_MAX);
    struct json_out json = json_out_to(&line);
    json_open_object(&json, NULL);
    if (utf8_check(event->value, NULL) == OK) {
        json_put_text(&json, "event", event->value);
    }
    json_put_text(&json, "topic", event->topic);
    if (utf8_check(event->key, NULL) == OK) {
        json_put_text(&json, "key", event->key);
    }
    json_close_object(&json);
    if (json_out_end(&json) == OK) {
        fprintf(out, "%.*s\n", STR_ARG(buf_str(&line)));
    }
}

void printer_event(FILE *out, enum print_form form, const struct print_event *event)
{
    if (form == PRINT_JSON) {
        printer_event_json(out, event);
    } else {
        printer_text(out, event->text.len ? event->text : event->value);
        fputc('\n', out);
    }
    fflush(out);
}

/* Reads a payload of our own; the field may be absent. */
static struct str printer_field(struct arena *arena, struct str value, const char *name)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    if (json_read(value, PRINTER_BYTES_MAX, &root, NULL) != OK) {
        return STR_NONE;
    }
    const struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    struct str text = STR_NONE;
    if (json_may_text(&at, name, 0, PRINTER_BYTES_MAX, &text) != OK) {
        return STR_NONE;
    }
    return text;
}

static void printer_fields(FILE *out, struct str value, const char *const *names)
{
    struct arena arena;
    arena_init(&arena, 2 * PRINTER_BYTES_MAX);
    for (size_t i = 0; names[i]; i++) {
        struct str text = printer_field(&arena, value, names[i]);
        if (text.len > 0) {
            fputs(i ? " | " : "", out);
            printer_text(out, text);
        }
    }
    arena_fini(&arena);
}

/* "    text, 62 of 160 septets: ..." */
static void printer_part(FILE *out, const struct json_at *part)
{
    struct str name = STR_NONE;
    struct str text = STR_NONE;
    struct str unit = STR_NONE;
    int64_t length = 0;
    int64_t limit = 0;
    if (json_may_text(part, "name", 0, PRINTER_BYTES_MAX, &name) != OK ||
        json_may_text(part, "text", 0, PRINTER_BYTES_MAX, &text) != OK ||
        json_may_text(part, "unit", 0, PRINTER_BYTES_MAX, &unit) != OK ||
        json_may_int(part, "length", 0, INT64_MAX, &length) != OK ||
        json_may_int(part, "limit", 0, INT64_MAX, &limit) != OK) {
        return;
    }
    fprintf(out, "\n    %.*s, %lld of %lld %.*s: ", STR_ARG(name), (long long)length,
            (long long)limit, STR_ARG(unit));
    printer_text(out, text);
}

/* What the channel shows of a variant, and how long it is there. */
static void printer_variant(FILE *out, const struct json_at *variant)
{
    const struct json_at parts = json_member(variant, "parts");
    for (size_t i = 0; i < json_count(&parts); i++) {
        const struct json_at part = json_element(&parts, i);
        printer_part(out, &part);
    }
}

/* "    龙井茶 (TEA-88): Bought together with ..." */
static void printer_item(FILE *out, const struct json_at *item)
{
    struct str name = STR_NONE;
    struct str sku = STR_NONE;
    struct str reason = STR_NONE;
    if (json_may_text(item, "name", 0, PRINTER_BYTES_MAX, &name) != OK ||
        json_may_text(item, "sku", 0, PRINTER_BYTES_MAX, &sku) != OK ||
        json_may_text(item, "reason", 0, PRINTER_BYTES_MAX, &reason) != OK) {
        return;
    }
    fputs("\n    ", out);
    printer_text(out, name);
    fputs(name.len > 0 ? " (" : "", out);
    printer_text(out, sku);
    fputs(name.len > 0 ? "): " : ": ", out);
    printer_text(out, reason);
}

/* Each element of that array of a value; none where it cannot be read. */
static void printer_each(FILE *out, struct str value, const char *array,
                         void (*print)(FILE *out, const struct json_at *element))
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    CLEANUP(arena_fini) struct arena arena;
    arena_init(&arena, 2 * PRINTER_BYTES_MAX);
    if (json_read(value, PRINTER_BYTES_MAX, &root, NULL) != OK) {
        return;
    }
    const struct json_in in = { .arena = &arena };
    const struct json_at at = json_root(root, &in);
    const struct json_at elements = json_member(&at, array);
    for (size_t i = 0; i < json_count(&elements); i++) {
        const struct json_at element = json_element(&elements, i);
        print(out, &element);
    }
}

static struct str printer_header(const struct output *output, const char *name)
{
    for (size_t i = 0; i < output->headers_count; i++) {
        if (str_is(output->headers[i].name, name)) {
            return output->headers[i].value;
        }
    }
    return STR_NONE;
}

static void printer_output_text(FILE *out, enum outcome_kind kind, const struct output *output)
{
    static const char *const text[] = { "text", NULL };
    static const char *const copy[] = { "headline", "body", "call_to_action", NULL };
    static const char *const handoff[] = { "reason", "summary", NULL };
    fprintf(out, "  %s: ", outcome_kind_name(kind));
    if (output->topic == TOPIC_ANSWERS) {
        printer_fields(out, output->value, text);
    } else if (output->topic == TOPIC_RECOMMENDATIONS) {
        printer_fields(out, output->value, text);
        printer_each(out, output->value, "items", printer_item);
    } else if (output->topic == TOPIC_COPIES) {
        printer_fields(out, output->value, copy);
        printer_each(out, output->value, "variants", printer_variant);
    } else if (output->topic == TOPIC_HANDOFFS) {
        printer_fields(out, output->value, handoff);
    } else {
        printer_text(out, printer_header(output, "x-dlq-reason"));
        fputs(": ", out);
        printer_text(out, printer_header(output, "x-dlq-detail"));
        struct str pointer = printer_header(output, "x-dlq-pointer");
        fputs(pointer.len > 0 ? " " : "", out);
        printer_text(out, pointer);
    }
    fputc('\n', out);
}

static void printer_output_json(FILE *out, enum outcome_kind kind, const struct output *output)
{
    CLEANUP(buf_fini) struct buf line;
    buf_init(&line, PRINTER_BYTES_MAX);
    struct json_out json = json_out_to(&line);
    json_open_object(&json, NULL);
    json_put_text(&json, "outcome", str_from(outcome_kind_name(kind)));
    if (kind == OUTCOME_DEAD_LETTER) {
        json_put_text(&json, "reason", printer_header(output, "x-dlq-reason"));
        json_put_text(&json, "detail", printer_header(output, "x-dlq-detail"));
        json_put_text(&json, "pointer", printer_header(output, "x-dlq-pointer"));
    } else {
        json_put_raw(&json, "value", output->value);
    }
    json_close_object(&json);
    if (json_out_end(&json) == OK) {
        fprintf(out, "%.*s\n", STR_ARG(buf_str(&line)));
    }
}

static void printer_none(FILE *out, enum print_form form, enum outcome_kind kind)
{
    if (form == PRINT_JSON) {
        fprintf(out, "{\"outcome\":\"%s\"}\n", outcome_kind_name(kind));
        return;
    }
    fprintf(out, "  %s\n", outcome_kind_name(kind));
}

void printer_outcome(FILE *out, enum print_form form, const struct delivery *delivery)
{
    const struct outcome *outcome = &delivery->outcome;
    bool has_output = false;
    for (size_t i = 0; i < outcome->outputs_count; i++) {
        const struct output *output = &outcome->outputs[i];
        if (output->topic == TOPIC_AUDIT || output->topic == TOPIC_CONVERSATIONS) {
            continue;
        }
        has_output = true;
        if (form == PRINT_JSON) {
            printer_output_json(out, outcome->kind, output);
        } else {
            printer_output_text(out, outcome->kind, output);
        }
    }
    if (!has_output) {
        printer_none(out, form, outcome->kind);
    }
    fflush(out);
}
