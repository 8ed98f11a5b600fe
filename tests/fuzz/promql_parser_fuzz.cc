// Any text: it is refused with a message that points into it, or its tree prints as a text that reads back as that
// tree.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "promql/parse/parser.h"
#include "promql/parse/printer.h"

using firedrill::promql::ParseOptions;
using firedrill::promql::Version;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses the language.
  static constexpr Version kVersions[] = {Version::v3, Version::v2, Version::v3_5, Version::v3};
  const ParseOptions options{.version = kVersions[(data[0] & 1) | ((data[0] >> 2) & 2)],
                             .experimental_functions = (data[0] & 2) != 0,
                             .duration_expressions = (data[0] & 4) != 0};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto first = firedrill::promql::parse_text(text, options);
  if (!first) {
    if (first.error().empty()) std::abort();
    for (const auto& error : first.error()) {
      if (error.what.empty() || error.where.begin > error.where.end || error.where.end > text.size()) std::abort();
    }
    return 0;
  }
  const auto second = firedrill::promql::parse_text(firedrill::promql::print(**first), options);
  if (!second || !firedrill::promql::equal(**first, **second)) std::abort();
  return 0;
}
