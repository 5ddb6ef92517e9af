/* The names of the files of a dry run, for C and C++. What they are is said in stub_wrapper.hpp. */
#ifndef LARDER_COOK_STUB_NAMES_H
#define LARDER_COOK_STUB_NAMES_H

#define larder_dry_run_stub_name "larder-dry-run"
#define larder_noted_calls "calls"
#define larder_dry_run_build "build"

#endif
