/* taped.c - see taped.h. Audit records and conversations are left out: nobody reads them here. */
#include "worker/command/taped.h"

enum err taped_open(struct taped *taped, const struct taped_options *options)
{
    struct engine_options engine = rig_engine_options(options->rig);
    struct engine_ports ports = rig_engine_ports(options->rig);
    const struct source_tape_options source = { .loop = options->rig->loop,
                                                .next = options->next,
                                                .owner = options->events.owner };
    const struct sink_lines_options sink = { .loop = options->rig->loop,
                                             .on_outcome = options->on_outcome,
                                             .owner = options->events.owner };
    taped->source = source_tape_create(&source);
    taped->sink = sink_lines_create(&sink);
    if (!taped->source || !taped->sink) {
        return ERR_NOMEM;
    }
    engine.topic_names[TOPIC_AUDIT] = STR_NONE;
    engine.topic_names[TOPIC_CONVERSATIONS] = STR_NONE;
    engine.ignores_age = options->ignores_age;
    engine.keeps_work = options->keeps_work;
    engine.is_custody_on = engine.is_custody_on || options->keeps_custody;
    ports.source = taped->source;
    ports.sink = taped->sink;
    ports.recommender = options->recommender;
    taped->engine = engine_create(&engine, &ports, &options->events);
    return taped->engine ? OK : ERR_NOMEM;
}

void taped_close(struct taped *taped)
{
    engine_destroy(taped->engine);
    source_tape_destroy(taped->source);
    sink_lines_destroy(taped->sink);
    *taped = (struct taped){ .engine = NULL };
}
