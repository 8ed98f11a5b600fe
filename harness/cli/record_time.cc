#include "cli/record_time.h"

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"
#include "driver/record_query.h"

namespace firedrill::cli {

bool read_record_time(std::string_view option, const std::string& text, const record::Record& record, Time& to) {
  const auto time = driver::parse_record_time(text, record);
  if (time) {
    to = *time;
    return true;
  }
  print_err(format("firedrill: error: {}: '{}' is no time\n      = help: {}\n", option, printable(text), time.error()));
  return false;
}

}  // namespace firedrill::cli
