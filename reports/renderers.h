// The render functions of the formats, one from each file.
#pragma once

#include <string>

#include "incident/record.h"
#include "tsdb/store.h"

namespace firedrill::reports {

std::string render_html(const incident::Record& record, const tsdb::Store& series);
std::string render_json(const incident::Record& record, const tsdb::Store& series);
std::string render_junit(const incident::Record& record, const tsdb::Store& series);
std::string render_markdown(const incident::Record& record, const tsdb::Store& series);
std::string render_postmortem(const incident::Record& record, const tsdb::Store& series);

}  // namespace firedrill::reports
