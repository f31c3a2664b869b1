/* "0.1.0"; said once, in meson.build. */
#ifndef TANDEM_BASE_VERSION_H
#define TANDEM_BASE_VERSION_H

extern const char tandem_version[];

#endif
