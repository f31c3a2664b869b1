#include "base/version.h"

const char tandem_version[] = TANDEM_VERSION;
