/* What Debian's GOST engine takes for verifying one signature of GOST R 34.10-2012 with 512 bits,
   parameter set A, over a content, its digest included. The key is made and the signature made
   beforehand. Prints the nanoseconds of one round in a block of 50, in the time that the thread has
   run. Argument: the content. */

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int verified(const EVP_MD *digest, EVP_PKEY *key, const unsigned char *signature, size_t size,
                    const unsigned char *content, size_t length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int right = context && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1
        && EVP_DigestVerify(context, signature, size, content, length) == 1;
    EVP_MD_CTX_free(context);
    return right;
}

int main(int count, char **arguments)
{
    static unsigned char content[1 << 20];
    unsigned char signature[256];
    size_t size = sizeof signature;
    if (count != 2)
        return 1;
    FILE *file = fopen(arguments[1], "rb");
    if (!file)
        return 1;
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    ENGINE_load_dynamic();
    ENGINE *engine = ENGINE_by_id("gost");
    if (!engine || !ENGINE_init(engine) || !ENGINE_set_default(engine, ENGINE_METHOD_ALL)) {
        fputs("there is no engine gost\n", stderr);
        return 2;
    }
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(OBJ_txt2nid("gost2012_512"), engine);
    if (!maker || EVP_PKEY_keygen_init(maker) != 1
        || EVP_PKEY_CTX_ctrl_str(maker, "paramset", "A") != 1
        || EVP_PKEY_keygen(maker, &key) != 1)
        return 3;
    const EVP_MD *digest = EVP_get_digestbyname("md_gost12_512");
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!digest || !context || EVP_DigestSignInit(context, NULL, digest, engine, key) != 1
        || EVP_DigestSign(context, signature, &size, content, length) != 1)
        return 4;
    const int warm = 10, rounds = 50;
    double start = 0;
    for (int round = 0; round < warm + rounds; round++) {
        if (round == warm)
            start = now();
        if (!verified(digest, key, signature, size, content, length))
            return 5;
    }
    printf("%.0f\n", (now() - start) / rounds);
    signature[7] ^= 1;
    return verified(digest, key, signature, size, content, length) ? 6 : 0;
}
