// A record's results are functions of what it records: whoever changes a verdict in the file is found out.
#pragma once

#include "base/result.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::driver {

// Judges the record again and compares. The error names the first result that does not follow. A record of another
// version of firedrill is taken as it is: what that one judged otherwise is not known here.
Result<void> verify_results(const record::Record& record, const promql::Queryable& series, const Position& where);

}  // namespace firedrill::driver
