#include "reports/format.h"

#include <algorithm>
#include <array>

#include "reports/postmortem.h"
#include "reports/renderers.h"

namespace firedrill::reports {
namespace {

constexpr std::array kFormats{
    Format{"html", "report.html",
           "The game-day report as one page without scripts or requests to anywhere: verdict, severity, impact, times, "
           "timeline, alerts and what each of them saw against its threshold, golden signals, error budgets and burn "
           "rates, "
           "replicas and their probes, expectations, health of the rules, and how to run it again; each chart with the "
           "faults shaded and a table behind it.",
           render_html},
    Format{"json", "record.json", "The record itself, as reports/record.schema.json describes it.", render_json},
    Format{"junit", "junit.xml",
           "One test case for each expectation, with the cause in its failure message; what could not be judged is an "
           "error.",
           render_junit},
    Format{"markdown", "report.md",
           "A short report for a pull request or a job's summary: the verdict first, then what failed and why, the "
           "times and the alerts.",
           render_markdown},
    Format{"postmortem", "postmortem.md",
           "The draft of a blameless postmortem for each incident of P0 or P1, filled in from the record; what only "
           "people know is a blank with a word on what belongs there.",
           render_postmortem, postmortem_due},
};

// What the saturation charts draw; latency, traffic and errors come from the record's own truth.
constexpr std::array<std::string_view, 5> kCharted{
    "process_cpu_seconds_total", "process_resident_memory_bytes", "connection_pool_in_use",
    "connection_pool_max",       "http_requests_queued",
};

}  // namespace

std::span<const Format> formats() {
  return kFormats;
}

const Format* find_format(std::string_view name) {
  const auto it = std::ranges::find(kFormats, name, &Format::name);
  return it == kFormats.end() ? nullptr : &*it;
}

std::span<const std::string_view> charted_selectors() {
  return kCharted;
}

}  // namespace firedrill::reports
