/* evaluate.c - `deskhand evaluate WHAT`: how good what it says is. */
#include <string.h>
#include <sysexits.h>

#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/evaluate_recommend.h"
#include "worker/command/evaluate_reply.h"

static const struct command evaluate_commands[] = {
    { "recommend", "replays each customer's last basket against the ranking and three baselines",
      evaluate_recommend },
    { "reply", "plays cases and tells which replies are what they should be", evaluate_reply },
};

static int evaluate_help(FILE *out, int code)
{
    fprintf(out, "Usage: deskhand evaluate WHAT [options]\n\n");
    for (size_t i = 0; i < countof(evaluate_commands); i++) {
        fprintf(out, "  %-10s %s\n", evaluate_commands[i].name, evaluate_commands[i].summary);
    }
    return code;
}

int command_evaluate(int argc, char **argv)
{
    if (argc < 2) {
        return evaluate_help(stderr, EX_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0) {
        return evaluate_help(stdout, EX_OK);
    }
    for (size_t i = 0; i < countof(evaluate_commands); i++) {
        if (strcmp(argv[1], evaluate_commands[i].name) == 0) {
            char name[32];
            snprintf(name, sizeof(name), "evaluate %s", evaluate_commands[i].name);
            argv[1] = name;
            return evaluate_commands[i].run(argc - 1, argv + 1);
        }
    }
    return cli_misuse("evaluate", "%s is nothing that can be evaluated; see --help", argv[1]);
}
