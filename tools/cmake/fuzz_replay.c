/*
 * Replays kept inputs through a fuzz driver: `driver PATH...`, each a file or a directory of files.
 * A directory that is not there holds no inputs yet; no input at all is a failure, since a test
 * that ran nothing has shown nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { INPUT_BYTES_MAX = 4 << 20 };

static uint8_t input[INPUT_BYTES_MAX];

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return 0;
    }
    size_t input_bytes = fread(input, 1, sizeof(input), file);
    fclose(file);
    printf("%s (%zu bytes)\n", path, input_bytes);
    fflush(stdout);
    LLVMFuzzerTestOneInput(input, input_bytes);
    return 1;
}

static int replay_directory(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    int count = 0;

    if (directory == NULL) return 0;
    while ((entry = readdir(directory)) != NULL) {
        char file[4096];

        if (entry->d_name[0] == '.') continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        count += replay_file(file);
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++) {
        struct stat status;

        if (stat(argv[i], &status) != 0) continue;
        count += S_ISDIR(status.st_mode) ? replay_directory(argv[i]) : replay_file(argv[i]);
    }
    printf("%d inputs replayed\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
