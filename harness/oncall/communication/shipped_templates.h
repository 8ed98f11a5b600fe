// The texts of posts that are shipped, a template for each channel and severity.
#pragma once

#include <span>
#include <string_view>

namespace firedrill::oncall {

struct ShippedTemplate {
  std::string_view name;
  std::string_view text;
};
std::span<const ShippedTemplate> shipped_templates();

}  // namespace firedrill::oncall
