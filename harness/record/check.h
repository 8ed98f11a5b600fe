// What must hold of a record before anything is computed with it or shown of it: it may have been written by anybody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace firedrill::record {

// What is wrong, each with its path: "monitoring.scrape_interval_seconds: expected more than 0". Empty if all is well.
std::vector<std::string> check_record(const Record& record);

// Whether it is a `firedrill run`, or with rules in place of its own a `firedrill test scenarios`, with one scenario,
// or a `firedrill drill` of a code name, and options that a record may name, and nothing that a shell would read as
// more: people copy it. Of what it lets be read besides it may say `--root .`, what lies below the folder where it is
// called.
bool is_run_command(std::string_view command);

}  // namespace firedrill::record
