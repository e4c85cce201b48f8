/* What OpenSSL's library takes for three RSA verifications and a digest: the certificates of a
   chain of three and the content of a document. The certificates are read and the keys prepared
   beforehand. Prints the nanoseconds of one round in a block of 50, in the time that the thread has
   run. Arguments: root, authority, signer, content. */

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static X509 *certificate(const char *path)
{
    FILE *file = fopen(path, "rb");
    X509 *found = file ? d2i_X509_fp(file, NULL) : NULL;
    if (!found) {
        fprintf(stderr, "%s: no certificate\n", path);
        exit(1);
    }
    fclose(file);
    return found;
}

int main(int count, char **arguments)
{
    static unsigned char content[1 << 20];
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (count != 5)
        return 1;
    X509 *root = certificate(arguments[1]);
    X509 *authority = certificate(arguments[2]);
    X509 *signer = certificate(arguments[3]);
    FILE *file = fopen(arguments[4], "rb");
    if (!file)
        return 1;
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    EVP_PKEY *root_key = X509_get_pubkey(root);
    EVP_PKEY *authority_key = X509_get_pubkey(authority);
    const int warm = 10, rounds = 50;
    double start = 0;
    for (int round = 0; round < warm + rounds; round++) {
        if (round == warm)
            start = now();
        if (X509_verify(root, root_key) != 1 || X509_verify(authority, root_key) != 1
            || X509_verify(signer, authority_key) != 1
            || !EVP_Digest(content, length, digest, NULL, EVP_sha256(), NULL))
            return 1;
    }
    printf("%.0f\n", (now() - start) / rounds);
    return 0;
}
