/* redis_tls.c - see redis_tls.h. */
#include "worker/adapter/redis_tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "common/mem.h"

struct redis_tls {
    SSL_CTX *context;
    char *host;
    bool is_address; /* then it cannot be asked for by name (SNI) */
};

void redis_tls_begin_step(void)
{
    ERR_clear_error();
}

static bool is_set(const char *path)
{
    return path && path[0] != '\0';
}

static enum err tls_refuse(struct note *note, const char *setting, const char *path)
{
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code))
                                                : ERR_reason_error_string(code);
    note_set(note, "%s: %s: %s", setting, path, reason ? reason : "cannot be used");
    ERR_clear_error();
    return ERR_CONFIG;
}

static bool host_is_address(const char *host)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* True when the certificate will be checked for this host. */
static bool tls_expect(struct redis_tls *tls)
{
    X509_VERIFY_PARAM *expected = SSL_CTX_get0_param(tls->context);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    if (tls->is_address) {
        return X509_VERIFY_PARAM_set1_ip_asc(expected, tls->host) == 1;
    }
    return X509_VERIFY_PARAM_set1_host(expected, tls->host, strlen(tls->host)) == 1;
}

static enum err tls_read_files(SSL_CTX *context, const struct redis_tls_files *files,
                               struct note *note)
{
    redis_tls_begin_step();
    if (!is_set(files->ca)) {
        SSL_CTX_set_default_verify_paths(context);
    } else if (SSL_CTX_load_verify_locations(context, files->ca, NULL) != 1) {
        return tls_refuse(note, "store.ca.file", files->ca);
    }
    if (is_set(files->cert) != is_set(files->key)) {
        note_set(note, "store.tls.cert.file and store.tls.key.file belong together: set both");
        return ERR_CONFIG;
    }
    if (!is_set(files->cert)) {
        return OK;
    }
    if (SSL_CTX_use_certificate_chain_file(context, files->cert) != 1) {
        return tls_refuse(note, "store.tls.cert.file", files->cert);
    }
    if (SSL_CTX_use_PrivateKey_file(context, files->key, SSL_FILETYPE_PEM) != 1) {
        return tls_refuse(note, "store.tls.key.file", files->key);
    }
    return OK;
}

enum err redis_tls_create(const struct redis_tls_files *files, const char *host,
                          struct redis_tls **ret_tls, struct note *note)
{
    struct redis_tls *tls = mem_zero(1, sizeof(*tls));
    if (!tls) {
        return ERR_NOMEM;
    }
    tls->host = mem_dup(host);
    tls->is_address = host_is_address(host);
    tls->context = SSL_CTX_new(TLS_client_method());
    if (!tls->host || !tls->context || !tls_expect(tls) ||
        SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1) {
        redis_tls_destroy(tls);
        return ERR_NOMEM;
    }
    enum err err = tls_read_files(tls->context, files, note);
    if (err != OK) {
        redis_tls_destroy(tls);
        return err;
    }
    *ret_tls = tls;
    return OK;
}

void redis_tls_destroy(struct redis_tls *tls)
{
    if (tls) {
        SSL_CTX_free(tls->context);
        mem_free(tls->host);
        mem_free(tls);
    }
}

struct ssl_st *redis_tls_session(struct redis_tls *tls)
{
    SSL *session = SSL_new(tls->context);
    if (session && !tls->is_address && SSL_set_tlsext_host_name(session, tls->host) != 1) {
        SSL_free(session);
        return NULL;
    }
    return session;
}

void redis_tls_session_free(struct ssl_st *session)
{
    SSL_free(session);
}

bool redis_tls_wants_read(const struct ssl_st *session)
{
    return SSL_want_read(session);
}

bool redis_tls_wants_write(const struct ssl_st *session)
{
    return SSL_want_write(session);
}

const char *redis_tls_why(const struct ssl_st *session, char out[NOTE_TEXT_BYTES])
{
    long verdict = SSL_get_verify_result(session);
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (verdict != X509_V_OK) {
        snprintf(out, NOTE_TEXT_BYTES,
                 "the certificate is refused: %s; check store.ca.file and the host of store.url",
                 X509_verify_cert_error_string(verdict));
        return out;
    }
    if (!reason) {
        return "";
    }
    snprintf(out, NOTE_TEXT_BYTES, "TLS failed: %s", reason);
    return out;
}
