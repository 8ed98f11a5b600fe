#include "reports/format.h"

#include <algorithm>
#include <array>

// Every format, a row each, in the order in which lists have them. A row names the function that <name>_report.cc
// defines, which no header declares.
#define FIREDRILL_REPORT_FORMATS(FORMAT) \
  FORMAT(html)                           \
  FORMAT(json)                           \
  FORMAT(junit)                          \
  FORMAT(markdown)                       \
  FORMAT(postmortem)

namespace firedrill::reports {

namespace renderers {
#define FIREDRILL_DECLARE(format) Format format();
FIREDRILL_REPORT_FORMATS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace renderers

namespace {

// What the saturation charts draw; latency, traffic and errors come from the record's own truth.
constexpr std::array<std::string_view, 5> kCharted{
    "process_cpu_seconds_total", "process_resident_memory_bytes", "connection_pool_in_use",
    "connection_pool_max",       "http_requests_queued",
};

}  // namespace

std::span<const Format> formats() {
#define FIREDRILL_ROW(format) renderers::format(),
  static const std::array kFormats{FIREDRILL_REPORT_FORMATS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kFormats;
}

const Format* find_format(std::string_view name) {
  const auto all = formats();
  const auto it = std::ranges::find(all, name, &Format::name);
  return it == all.end() ? nullptr : &*it;
}

std::span<const std::string_view> charted_selectors() {
  return kCharted;
}

}  // namespace firedrill::reports
