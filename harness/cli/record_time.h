// A time of a record, as an option gives it.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "record/record.h"

namespace firedrill::cli {

// Reads RFC 3339, Unix seconds or a time of the run (driver/record_query.h) into `to`. False: it is none, which has
// been said of `option`.
bool read_record_time(std::string_view option, const std::string& text, const record::Record& record, Time& to);

}  // namespace firedrill::cli
