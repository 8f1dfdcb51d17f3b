/* version.c - `deskhand version`: ours and that of each library that is linked. */
#include <stdio.h>
#include <sysexits.h>

#include "worker/adapter/http.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"

int command_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("deskhand %s\n", DESKHAND_VERSION);
    printf("librdkafka %s\n", rd_kafka_version_str());
    printf("libcurl %s\n", http_version());
    return EX_OK;
}
