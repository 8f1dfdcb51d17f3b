/* cli.h - reads a command line: the command's own options, and settings.
 *
 * Every command knows -F FILE (settings), -X key=value (one setting) and --help. Errors go to
 * stderr with what to do about them, and the exit code is that of sysexits.h.
 *
 * Thread: the main one. */
#ifndef COMMAND_CLI_H
#define COMMAND_CLI_H

#include "common/conf.h"
#include "common/note.h"

#define CLI_OPTIONS_MAX 24
#define CLI_OPERANDS_MAX 16

struct cli_option {
    const char *name;  /* long, without dashes; NULL ends the list */
    const char *value; /* what the value is called in the help; NULL: it is a switch */
    const char *text;
    const char **ret_value; /* set to the value, or to "" for a switch; else left alone */
};

struct cli {
    const char *usage; /* behind the program's name */
    const char *text;  /* one sentence */
    const struct cli_option *options;
    int operands_max;

    struct conf *conf; /* result; the caller destroys it */
    const char *operands[CLI_OPERANDS_MAX];
    int operands_count;
    unsigned given; /* bits of `options`; one with a value may be given once */
};

enum cli_next { CLI_GO, CLI_EXIT };

/* CLI_EXIT: the help was shown or something is wrong and was said; end with `*ret_code`. */
enum cli_next cli_read(struct cli *cli, int argc, char **argv, int *ret_code);

/* Says on stderr what went wrong, with the note's text if it has one. Gives the exit code. */
int cli_fail(const char *command, enum err err, const struct note *note);

/* As printf on stderr, behind "deskhand COMMAND: ". Gives EX_USAGE. */
int cli_misuse(const char *command, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
