/* version.c - `deskhand version`: ours and that of each library that is linked. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "worker/adapter/http.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"

int command_version(int argc, char **argv)
{
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        printf("Usage: deskhand version\nPrints this program's version and those of its "
               "libraries.\n");
        return EX_OK;
    }
    if (argc > 1) {
        return cli_misuse("version", "%s is not expected here", argv[1]);
    }
    printf("deskhand %s\n", DESKHAND_VERSION);
    printf("librdkafka %s\n", rd_kafka_version_str());
    printf("libcurl %s\n", http_version());
    return EX_OK;
}
