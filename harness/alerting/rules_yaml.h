// Prometheus's rule files, as its model/rulefmt reads them, and PrometheusRule resources of the operator.
#pragma once

#include "alerting/rule_file.h"
#include "promql/options.h"
#include "yaml/form.h"

namespace firedrill::alerting {

extern const yaml::FileForm kRuleForm;

// A resource is read with all documents of its file, and with the items of a List; resources of other kinds are passed
// over with a warning. With version 2 the fields that Prometheus 2.42 does not know are errors.
struct RuleFileOptions {
  promql::Options promql;
  bool ignore_unknown_fields = false;  // as promtool's flag of that name
};

// What the document says, finished (rule_file.h); errors and warnings are added to `diagnostics`. With errors the
// groups hold what could be read.
RuleFile decode_rule_file(const yaml::Document& document, const RuleFileOptions& options, Diagnostics& diagnostics);

// Told of a file that is named for its rules and is of another kind (RuleFile::of_another_kind).
void refuse_another_kind(const RuleFile& file, const yaml::Document& document, Diagnostics& diagnostics);

}  // namespace firedrill::alerting
