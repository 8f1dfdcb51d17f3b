/* run.c - `deskhand run`: the worker. */
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/station.h"

int command_run(int argc, char **argv)
{
    struct cli cli = {
        .usage = "run [-F FILE] [-X key=value]...",
        .text = "Reads events from Kafka, answers them, and publishes what comes out.",
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    struct station station;
    enum err err = conf_check(cli.conf, &note);
    if (err == OK) {
        const struct station_options options = {
            .conf = cli.conf,
            .delivery = (enum conf_delivery)conf_enum(cli.conf, CONF_DELIVERY),
        };
        err = station_open(&station, &options, &note);
    }
    if (err == OK) {
        code = station_run(&station);
        station_close(&station);
    } else {
        code = cli_fail(argv[0], err, &note);
    }
    conf_destroy(cli.conf);
    return code;
}
