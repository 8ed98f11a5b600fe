// The texts of our exporters' files, which stand in the program: cmake/exporter_texts.cmake writes them.
#pragma once

#include <span>
#include <string_view>

namespace firedrill::fake_services {

struct ExporterText {
  std::string_view name;
  std::string_view text;
};
std::span<const ExporterText> exporter_texts();  // sorted by name

}  // namespace firedrill::fake_services
