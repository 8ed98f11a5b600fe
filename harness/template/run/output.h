// What becomes of a template's texts and values on their way into the output, where they are not written as they are.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "template/parse/nodes.h"
#include "template/values/value.h"

namespace firedrill::templates {

class Output {
 public:
  virtual ~Output() = default;
  // The errors are those of an execution, without its place.
  virtual std::expected<std::string, std::string> text(std::string_view text) = 0;
  virtual std::expected<std::string, std::string> value(const Node& pipe, const Value& value) = 0;
  virtual std::expected<void, std::string> end() = 0;
};

}  // namespace firedrill::templates
