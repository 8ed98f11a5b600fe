// The record itself.
#include "incident/record_json.h"
#include "reports/renderers.h"

namespace firedrill::reports {

std::string render_json(const incident::Record& record, const tsdb::Store&) {
  return incident::write_record(record);
}

}  // namespace firedrill::reports
