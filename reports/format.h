// The table of report formats. Every report is a function of the record, and of the series beside it for charts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsdb/store.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::reports {

struct Format {
  std::string_view name;       // as --format takes it: html
  std::string_view file_name;  // that `run` writes it to: report.html; empty: only on demand
  std::string_view doc;        // one sentence
  // `series` may lack what was not kept: what cannot be drawn is left out, and said. Empty: there is nothing to report.
  std::string (*render)(const record::Record& record, const tsdb::Store& series);
  // Whether `run` writes it for this record; null: always.
  bool (*due)(const record::Record& record) = nullptr;
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);

// Selectors of the series that reports draw, as PromQL: a run keeps these to its end.
std::span<const std::string_view> charted_selectors();

}  // namespace firedrill::reports
