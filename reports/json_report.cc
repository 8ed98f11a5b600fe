// The record itself.
#include "record/record_json.h"
#include "reports/format.h"

namespace firedrill::reports::renderers {

namespace {

std::string render(const record::Record& record, const tsdb::Store&) {
  return record::write_record(record);
}

}  // namespace

Format json() {
  return {.name = "json",
          .file_name = "record.json",
          .doc = "The record itself, as reports/record.schema.json describes it.",
          .render = render};
}

}  // namespace firedrill::reports::renderers
