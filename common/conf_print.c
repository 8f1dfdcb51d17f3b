/* conf_print.c - the written forms of the settings: see conf_print() and conf_docs() in conf.h. */
#include "common/conf.h"
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

/* An address may carry a password between the colon and the @ of its authority. */
static enum err conf_print_value(struct str value, struct buf *buf)
{
    size_t authority = str_find(value, STR("://"));
    size_t at = str_find(value, STR("@"));
    size_t colon = authority == value.len ? value.len : authority + 3;
    while (colon < at && value.ptr[colon] != ':') {
        colon++;
    }
    if (at < value.len && colon < at) {
        TRY(buf_add(buf, str_slice(value, 0, colon + 1)));
        TRY(buf_add(buf, STR("****")));
        return buf_add(buf, str_slice(value, at, value.len));
    }
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        TRY(c == '\n' ? buf_add(buf, STR("\\n")) : buf_add_char(buf, c));
        TRY(c == '\\' ? buf_add_char(buf, c) : OK);
    }
    return OK;
}

static const char *conf_side_prefix(enum conf_side side)
{
    static const char *const prefixes[] = { "kafka.", "kafka.consumer.", "kafka.producer." };
    return prefixes[side];
}

enum err conf_print(const struct conf *conf, struct buf *buf)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        enum conf_id id = (enum conf_id)i;
        const struct conf_origin origin = conf_origin(conf, id);
        TRY(conf_print_origin(&origin, buf));
        TRY(buf_printf(buf, "%s=", conf_key(id)));
        TRY(conf_print_value(conf_str(conf, id), buf));
        TRY(buf_add_char(buf, '\n'));
    }
    for (size_t i = 0; i < conf_kafka_count(conf); i++) {
        const struct conf_kafka *item = conf_kafka_at(conf, i);
        TRY(conf_print_origin(&item->origin, buf));
        TRY(buf_printf(buf, "%s%s%s=", conf_side_prefix(item->side), item->key,
                       item->is_file ? ".file" : ""));
        TRY(conf_print_value(str_from(item->value), buf));
        TRY(buf_add_char(buf, '\n'));
    }
    return OK;
}

static enum err conf_docs_row(const struct conf_rule *rule, struct buf *buf)
{
    static const char *const types[] = { "text", "file",   "number", "milliseconds",
                                         "bytes", "number", "true or false", "choice" };
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
            TRY(buf_printf(buf, "\n### %s\n\n| setting | type | default | what it does |\n"
                                "| --- | --- | --- | --- |\n",
                           section));
        }
        TRY(conf_docs_row(rule, buf));
    }
    return OK;
}
