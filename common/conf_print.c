/* conf_print.c - the written forms of the settings: see conf_print() and conf_docs() in conf.h. */
#include "common/conf_kafka.h"
#include "common/conf_rule.h"

static enum err conf_print_origin(const struct conf_origin *origin, struct buf *buf)
{
    switch (origin->layer) {
    case CONF_FROM_FILE:
        return buf_printf(buf, "# from %s:%zu\n", origin->name, origin->line);
    case CONF_FROM_ENV:
        return buf_printf(buf, "# from the environment, %s\n", origin->name);
    case CONF_FROM_ARGUMENT:
        return buf_add(buf, STR("# from -X\n"));
    case CONF_FROM_DEFAULT:
        break;
    }
    return buf_add(buf, STR("# default\n"));
}

/* Where the password of an address begins and ends; an empty piece when it has none. */
static struct str conf_password_in(struct str value)
{
    size_t scheme = str_find(value, STR("://"));
    struct str rest = str_slice(value, scheme + 3, value.len);
    struct str authority = str_slice(rest, 0, str_find(rest, STR("/")));
    size_t at = str_find(authority, STR("@"));
    size_t colon = str_find(authority, STR(":"));
    return colon < at && at < authority.len ? str_slice(authority, colon + 1, at - colon - 1)
                                            : STR_NONE;
}

/* Escaped so that reading it again gives the same text. */
static enum err conf_print_text(struct str text, struct buf *buf)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_edge = i == 0 || i + 1 == text.len;
        if (c == '\\' || (c == ' ' && is_edge)) {
            TRY(buf_add_char(buf, '\\'));
        }
        TRY(buf_add_char(buf, c));
    }
    return OK;
}

static enum err conf_print_value(struct str value, struct buf *buf)
{
    struct str password = conf_password_in(value);
    if (password.len == 0) {
        TRY(conf_print_text(value, buf));
        return buf_add_char(buf, '\n');
    }
    size_t start = (size_t)(password.ptr - value.ptr);
    TRY(conf_print_text(str_slice(value, 0, start), buf));
    TRY(buf_add(buf, STR("****")));
    TRY(conf_print_text(str_slice(value, start + password.len, value.len), buf));
    return buf_add_char(buf, '\n');
}

static enum err conf_print_kafka(const struct conf_kafka *entry, struct buf *buf)
{
    static const char *const prefixes[] = { "kafka.", "kafka.consumer.", "kafka.producer." };
    bool is_secret = conf_kafka_is_secret(entry);
    TRY(conf_print_origin(&entry->origin, buf));
    TRY(buf_printf(buf, "%s%s%s=", prefixes[entry->side], entry->key,
                   entry->is_file ? ".file" : ""));
    return conf_print_value(is_secret ? STR("****") : str_from(entry->value), buf);
}

static enum err conf_print_all(const struct conf *conf, struct buf *buf)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        enum conf_id id = (enum conf_id)i;
        const struct conf_origin origin = conf_origin(conf, id);
        TRY(conf_print_origin(&origin, buf));
        TRY(buf_printf(buf, "%s=", conf_key(id)));
        TRY(conf_print_value(conf_str(conf, id), buf));
    }
    for (size_t i = 0; i < conf_kafka_count(conf); i++) {
        TRY(conf_print_kafka(conf_kafka_at(conf, i), buf));
    }
    return OK;
}

enum err conf_print(const struct conf *conf, struct buf *buf)
{
    size_t before = buf->len;
    enum err err = conf_print_all(conf, buf);
    if (err != OK) {
        buf->len = before;
    }
    return err;
}

/* What the check accepts: of a number its values, of a text its length in bytes. */
static enum err conf_docs_range(const struct conf_rule *rule, struct buf *buf)
{
    switch (rule->type) {
    case CONF_INT:
    case CONF_MS:
    case CONF_BYTES:
    case CONF_REAL:
        return buf_printf(buf, ", %lld to %lld", (long long)rule->min, (long long)rule->max);
    case CONF_STR:
    case CONF_FILE:
        return rule->min > 0 ? buf_printf(buf, ", %lld to %lld bytes", (long long)rule->min,
                                          (long long)rule->max)
                             : buf_printf(buf, ", up to %lld bytes", (long long)rule->max);
    case CONF_BOOL:
    case CONF_ENUM:
    case CONF_VERSION:
        break;
    }
    return OK;
}

static enum err conf_docs_row(const struct conf_rule *rule, struct buf *buf)
{
    static const char *const types[] = { "text",  "file",   "number",        "milliseconds",
                                         "bytes", "number", "true or false", "choice",
                                         "version" };
    TRY(buf_printf(buf, "| `%s` | %s", rule->key, types[rule->type]));
    if (rule->type == CONF_ENUM) {
        struct str rest = str_from(rule->choices);
        struct str choice;
        const char *before = ": ";
        while (str_split(&rest, '|', &choice)) {
            TRY(buf_printf(buf, "%s`%.*s`", before, STR_ARG(choice)));
            before = ", ";
        }
    }
    TRY(conf_docs_range(rule, buf));
    return buf_printf(buf, " | %s%s%s | %s |\n", rule->value[0] ? "`" : "", rule->value,
                      rule->value[0] ? "`" : "", rule->text);
}

enum err conf_docs(struct buf *buf)
{
    const char *section = "";
    for (size_t i = 0; i < CONF_COUNT; i++) {
        const struct conf_rule *rule = conf_rule((enum conf_id)i);
        if (strcmp(section, rule->section) != 0) {
            section = rule->section;
            TRY(buf_printf(buf,
                           "\n### %s\n\n| setting | type | default | what it does |\n"
                           "| --- | --- | --- | --- |\n",
                           section));
        }
        TRY(conf_docs_row(rule, buf));
    }
    return OK;
}
