/* tls_script.h - TLS for the servers of tcp_script.h, with a certificate for "localhost" that
 * nobody but its own file vouches for. */
#ifndef TESTS_UNIT_TLS_SCRIPT_H
#define TESTS_UNIT_TLS_SCRIPT_H

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tests/unit/tcp_script.h"
#include "tests/unit/temporary.h"

struct tls_script {
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *context;
    char path[TEMPORARY_BYTES]; /* the certificate in PEM form: what a client is to trust */
};

static inline void tls_must(bool is_fine)
{
    if (!is_fine) {
        BUG("OpenSSL failed");
    }
}

static inline void tls_sign_certificate(struct tls_script *tls)
{
    X509_NAME *name;
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
    tls->certificate = X509_new();
    tls_must(tls->certificate && names);
    name = X509_get_subject_name(tls->certificate);
    ASN1_INTEGER_set(X509_get_serialNumber(tls->certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(tls->certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(tls->certificate), 3600);
    X509_set_version(tls->certificate, 2);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(tls->certificate, name);
    X509_set_pubkey(tls->certificate, tls->key);
    X509_add_ext(tls->certificate, names, -1);
    X509_EXTENSION_free(names);
    tls_must(X509_sign(tls->certificate, tls->key, EVP_sha256()) > 0);
}

static inline void tls_script_init(struct tls_script *tls)
{
    *tls = (struct tls_script){ .key = NULL };
    temporary_name(tls->path);
    FILE *file = fdopen(mkstemp(tls->path), "w");
    tls->key = EVP_EC_gen("P-256");
    tls->context = SSL_CTX_new(TLS_server_method());
    tls_must(file && tls->key && tls->context);
    tls_sign_certificate(tls);
    tls_must(SSL_CTX_use_certificate(tls->context, tls->certificate) == 1 &&
             SSL_CTX_use_PrivateKey(tls->context, tls->key) == 1 &&
             PEM_write_X509(file, tls->certificate) == 1);
    fclose(file);
}

static inline void tls_script_fini(struct tls_script *tls)
{
    unlink(tls->path);
    X509_free(tls->certificate);
    SSL_CTX_free(tls->context);
    EVP_PKEY_free(tls->key);
}

/* One connection: says `reply` to whatever is sent, until the peer closes. */
static inline void tls_serve(struct tls_script *tls, int fd, const char *reply)
{
    char dropped[4096];
    SSL *session = SSL_new(tls->context);
    tls_must(session && SSL_set_fd(session, fd) == 1);
    if (SSL_accept(session) == 1) {
        while (SSL_read(session, dropped, sizeof(dropped)) > 0 &&
               SSL_write(session, reply, (int)strlen(reply)) > 0) {
        }
    }
    SSL_free(session);
}

#endif
