// See drill_request_target.h, which the unit tests try for a moment, too.
#include "drill_request_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return firedrill::fuzz::try_drill_request(data, size);
}
