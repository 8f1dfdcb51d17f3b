/* txn_producer.c - see txn.h. */
#include "worker/adapter/txn.h"
#include "worker/adapter/txn_error.h"
#include "worker/adapter/txn_listen.h"

void txn_producer_drop(struct txn *txn)
{
    produce_drop_client(&txn->produce);
    txn->client = NULL;
}

static enum err txn_producer_make(struct txn *txn, struct note *note)
{
    rd_kafka_conf_t *conf;
    TRY(kafka_conf_make(&txn->options.kafka, KAFKA_TXN_SINK, &txn->voice, &conf, note));
    rd_kafka_conf_set_dr_msg_cb(conf, produce_on_report);
    txn_listen_install(conf, &txn->watch);
    TRY(kafka_client_create(conf, KAFKA_TXN_SINK, &txn->client, note));
    txn->produce.client = txn->client;
    return OK;
}

static enum err txn_producer_explain(struct txn *txn, rd_kafka_resp_err_t code)
{
    char doing[KAFKA_TXN_ID_BYTES + 32];
    snprintf(doing, sizeof(doing), "transactional id %s", txn->id);
    return kafka_voice_explain(&txn->voice, code, doing, &txn->init_note);
}

/* What is neither fenced nor fatal may pass: the same producer tries again. */
static enum txn_fault txn_producer_fault(const rd_kafka_error_t *error)
{
    if (txn_error_fault(error) == TXN_FAULT_FENCED) {
        return TXN_FAULT_FENCED;
    }
    return rd_kafka_error_is_fatal(error) ? TXN_FAULT_FATAL : TXN_FAULT_RETRIABLE;
}

void txn_producer_init(struct txn *txn, struct txn_took *took)
{
    txn->init_err = OK;
    if (!txn->client) {
        txn->init_err = txn_producer_make(txn, &txn->init_note);
    }
    if (txn->init_err != OK) {
        took->fault = TXN_FAULT_FATAL;
        took->is_hopeless = true;
        return;
    }
    rd_kafka_error_t *error = rd_kafka_init_transactions(txn->client, (int)txn->way.step_ms);
    if (!error) {
        kafka_voice_forget(&txn->voice);
        return;
    }
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    kafka_voice_hear(&txn->voice, code, rd_kafka_error_string(error));
    rd_kafka_poll(txn->client, 0); /* what the brokers' connections say is heard only here */
    took->fault = txn_producer_fault(error);
    took->is_hopeless = kafka_is_hopeless(code) || kafka_is_hopeless(kafka_voice_last(&txn->voice));
    rd_kafka_error_destroy(error);
    enum err class = txn_producer_explain(txn, code);
    txn->init_err = took->fault == TXN_FAULT_FENCED ? ERR_FENCED : class;
    if (took->fault != TXN_FAULT_RETRIABLE) {
        txn_producer_drop(txn);
    }
}
