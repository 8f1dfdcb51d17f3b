/* cli.c - see cli.h. getopt_long() does the cutting. */
#include "worker/command/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "worker/adapter/secret_file.h"

#define CLI_FIRST_OWN 256

int cli_misuse(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "deskhand %s: ", command);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry `deskhand %s --help`.\n", command);
    va_end(args);
    return EX_USAGE;
}

int cli_fail(const char *command, enum err err, const struct note *note)
{
    bool has_note = note && note->text[0];
    fprintf(stderr, "deskhand %s: %s\n", command, has_note ? note->text : err_text(err));
    return err_exit_code(err);
}

static void cli_help(const struct cli *cli)
{
    printf("Usage: deskhand %s\n%s\n\nOptions:\n", cli->usage, cli->text);
    for (const struct cli_option *option = cli->options; option && option->name; option++) {
        char name[64];
        snprintf(name, sizeof(name), "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        printf("  %-26s %s\n", name, option->text);
    }
    printf("  %-26s %s\n", "-F, --file FILE", "settings as key=value lines; may be repeated");
    printf("  %-26s %s\n", "-X key=value", "one setting; wins over file and environment");
    printf("  %-26s %s\n", "-h, --help", "this text");
    printf("\nSettings: docs/settings.md, `deskhand config print`.\n");
}

static enum err cli_read_file(struct cli *cli, const char *path, struct note *note)
{
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, CONF_FILE_BYTES_MAX);
    TRY(text_file_read("-F", path, CONF_FILE_BYTES_MAX, &bytes, note));
    return conf_read_file(cli->conf, path, buf_str(&bytes), note);
}

static enum err cli_take(struct cli *cli, int found, struct note *note)
{
    if (found == 'F') {
        return cli_read_file(cli, optarg, note);
    }
    if (found == 'X') {
        return conf_read_argument(cli->conf, optarg, note);
    }
    const struct cli_option *option = &cli->options[found - CLI_FIRST_OWN];
    unsigned bit = BIT(found - CLI_FIRST_OWN);
    if (option->value && (cli->given & bit)) { /* one of the two would be forgotten in silence */
        note_set(note, "--%s stands there twice", option->name);
        return ERR_USAGE;
    }
    cli->given |= bit;
    *option->ret_value = option->value ? optarg : "";
    return OK;
}

static void cli_fill(const struct cli *cli, struct option *known)
{
    size_t count = 0;
    for (const struct cli_option *option = cli->options; option && option->name; option++) {
        assert(count < CLI_OPTIONS_MAX);
        known[count] = (struct option){ option->name,
                                        option->value ? required_argument : no_argument, NULL,
                                        CLI_FIRST_OWN + (int)count };
        count++;
    }
    known[count++] = (struct option){ "file", required_argument, NULL, 'F' };
    known[count++] = (struct option){ "help", no_argument, NULL, 'h' };
    known[count] = (struct option){ NULL, 0, NULL, 0 };
}

/* Of several letters behind one hyphen getopt has not gone past the word yet. That of --help=x is
 * no such one. */
static int cli_refuse(char *const *argv)
{
    bool is_letter = optopt > 0 && optopt < CLI_FIRST_OWN && optopt != 'h';
    return is_letter ? cli_misuse(argv[0], "-%c is not an option", optopt)
                     : cli_misuse(argv[0], "%s is not an option", argv[optind - 1]);
}

static enum cli_next cli_options(struct cli *cli, int argc, char **argv, int *ret_code)
{
    struct option known[CLI_OPTIONS_MAX + 3];
    cli_fill(cli, known);
    struct note note = { 0 };
    int found;
    optind = 1;
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":F:X:h", known, NULL)) != -1) {
        if (found == 'h') {
            cli_help(cli);
            *ret_code = EX_OK;
            return CLI_EXIT;
        }
        if (found == '?') {
            *ret_code = cli_refuse(argv);
            return CLI_EXIT;
        }
        if (found == ':') {
            *ret_code = cli_misuse(argv[0], "%s needs a value", argv[optind - 1]);
            return CLI_EXIT;
        }
        enum err err = cli_take(cli, found, &note);
        if (err != OK) {
            *ret_code = cli_fail(argv[0], err, &note);
            return CLI_EXIT;
        }
    }
    return CLI_GO;
}

static enum cli_next cli_operands(struct cli *cli, int argc, char **argv, int *ret_code)
{
    assert(cli->operands_max <= CLI_OPERANDS_MAX);
    for (int i = optind; i < argc; i++) {
        if (cli->operands_count == cli->operands_max) {
            *ret_code = cli_misuse(argv[0], "%s is one argument too many", argv[i]);
            return CLI_EXIT;
        }
        cli->operands[cli->operands_count++] = argv[i];
    }
    return CLI_GO;
}

enum cli_next cli_read(struct cli *cli, int argc, char **argv, int *ret_code)
{
    struct note note = { 0 };
    cli->conf = conf_create();
    enum err err = cli->conf ? conf_read_env(cli->conf, environ, &note) : ERR_NOMEM;
    if (err != OK) {
        *ret_code = cli_fail(argv[0], err, &note);
    } else if (cli_options(cli, argc, argv, ret_code) == CLI_GO &&
               cli_operands(cli, argc, argv, ret_code) == CLI_GO) {
        return CLI_GO;
    }
    conf_destroy(cli->conf);
    cli->conf = NULL;
    return CLI_EXIT;
}
