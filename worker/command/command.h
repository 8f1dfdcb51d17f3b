/* command.h - the commands of the program.
 *
 * One file for each: its options and its wiring of real parts. main.c has the table.
 *
 * Thread: the main one. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

/* argv[0] is the command's name. Gives the exit code (sysexits.h). */
typedef int command_fn(int argc, char **argv);

struct command {
    const char *name;
    const char *summary;
    command_fn *run;
};

command_fn command_run;
command_fn command_chat;
command_fn command_check;
command_fn command_config;
command_fn command_deadletter;
command_fn command_demo;
command_fn command_evaluate;
command_fn command_replay;
command_fn command_topics;
command_fn command_version;

#endif
