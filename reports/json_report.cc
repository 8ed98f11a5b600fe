// The record itself.
#include "record/record_json.h"
#include "reports/renderers.h"

namespace firedrill::reports {

std::string render_json(const record::Record& record, const tsdb::Store&) {
  return record::write_record(record);
}

}  // namespace firedrill::reports
