#include "record/expectation.h"

namespace firedrill::record {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::invalid:
      return "invalid";
    case Verdict::scored:
      return "scored";
  }
  return "";
}

}  // namespace firedrill::record
