/* main.c - the table of commands. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base.h"
#include "common/mem.h"
#include "worker/command/command.h"

static const struct command commands[] = {
    { "run", "the worker: Kafka in, answers out", command_run },
    { "demo", "a small shop's day in one process, without any service", command_demo },
    { "chat", "the same pipeline on a terminal, without Kafka", command_chat },
    { "replay", "past events through today's settings: what would differ", command_replay },
    { "deadletter", "what could not be worked on: list, show, redrive, drop", command_deadletter },
    { "evaluate", "how good replies and recommendations are", command_evaluate },
    { "check", "tells whether an event keeps the contract", command_check },
    { "topics", "lists or creates the topics", command_topics },
    { "config", "checks or prints the settings", command_config },
    { "version", "this program's version and those of its libraries", command_version },
};

static void main_help(FILE *out)
{
    fprintf(out, "Usage: deskhand COMMAND [options]\n\nCommands:\n");
    for (size_t i = 0; i < countof(commands); i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(out, "\n`deskhand COMMAND --help` tells more.\n");
}

static const struct command *main_find(const char *name)
{
    for (size_t i = 0; i < countof(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void main_on_signal(int number)
{
    _exit(128 + number);
}

/* The kernel keeps signals without a catcher from process 1, which is what a container's program
 * is. The worker catches them itself; this is for its first moments and for the other commands. */
static void main_be_first(void)
{
    if (getpid() == 1) {
        signal(SIGTERM, main_on_signal);
        signal(SIGINT, main_on_signal);
    }
}

/* A descriptor that nobody opened would be given to the next file or socket. In its place stands
 * one that refuses what it is for, so that a use of it is an error which is told. */
static bool main_hold_streams(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        bool is_closed = fcntl(i, F_GETFD) == -1 && errno == EBADF;
        if (is_closed && open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) != i) {
            return false;
        }
    }
    return true;
}

/* What a disk or a reader did not take must not look like success. */
static int main_end(int code)
{
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);
    if (!is_lost) {
        return code;
    }
    if (code == EX_OSERR) { /* the command has seen and said it */
        return EX_IOERR;
    }
    fprintf(stderr, "deskhand: standard output took not everything; is it closed, the disk full "
                    "or the reader gone?\n");
    return code == EX_OK ? EX_IOERR : code;
}

/* `deskhand help chat` is `deskhand chat --help`. */
static int main_help_for(const char *name)
{
    static char help[] = "--help";
    const struct command *command = main_find(name);
    if (!command) {
        fprintf(stderr, "deskhand: %s is not a command\n", name);
        main_help(stderr);
        return EX_USAGE;
    }
    char *arguments[] = { mem_dup(name), help, NULL };
    int code = arguments[0] ? command->run(2, arguments) : EX_OSERR;
    mem_free(arguments[0]);
    return code;
}

static int main_command(int argc, char **argv)
{
    if (argc < 2) {
        main_help(stderr);
        return EX_USAGE;
    }
    if (argc > 2 && strcmp(argv[1], "help") == 0) {
        return main_help_for(argv[2]);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        main_help(stdout);
        return EX_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        return command_version(argc - 1, argv + 1);
    }
    const struct command *command = main_find(argv[1]);
    if (!command) {
        fprintf(stderr, "deskhand: %s is not a command\n", argv[1]);
        main_help(stderr);
        return EX_USAGE;
    }
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    if (!main_hold_streams()) {
        return EX_OSERR;
    }
    main_be_first();
    /* A reader that goes away is an error of the write, not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    return main_end(main_command(argc, argv));
}
