// A place where a template reads a label.
#pragma once

#include <cstddef>
#include <string>

namespace firedrill::alerting {

struct LabelUse {
  std::string label;
  std::size_t offset;  // of its name, in the text
};

}  // namespace firedrill::alerting
