// The render functions of the formats, one from each file.
#pragma once

#include <string>

#include "record/record.h"
#include "tsdb/store.h"

namespace firedrill::reports {

std::string render_html(const record::Record& record, const tsdb::Store& series);
std::string render_json(const record::Record& record, const tsdb::Store& series);
std::string render_junit(const record::Record& record, const tsdb::Store& series);
std::string render_markdown(const record::Record& record, const tsdb::Store& series);
std::string render_postmortem(const record::Record& record, const tsdb::Store& series);

}  // namespace firedrill::reports
