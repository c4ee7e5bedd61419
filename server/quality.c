#include "quality.h"

int quality_of(struct str range)
{
    while (range.data != NULL) {
        struct str parameter = str_trim(str_split(&range, ';'));
        int value = 0, unit = 1000;

        if (parameter.size < 3 || (parameter.data[0] | 0x20) != 'q' || parameter.data[1] != '=')
            continue;
        for (size_t i = 2; i < parameter.size && unit > 0; i++) {
            if (parameter.data[i] == '.') continue;
            if (parameter.data[i] < '0' || parameter.data[i] > '9') break;
            value += (parameter.data[i] - '0') * unit;
            unit /= 10;
        }
        return value;
    }
    return 1000;
}
