// What a run is judged by.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/course/published.h"
#include "record/expectation.h"
#include "record/severity.h"
#include "record/slo.h"

namespace firedrill::record {

// Declared in the scenario, or one for each fault (then `declared` is false and the id is the fault's).
struct DeclaredIncident {
  std::string id;
  std::vector<std::string> faults;
  std::string slo;    // a name among the SLOs; empty: any SLO whose service is in the blast radius
  std::string title;  // may be empty
  bool declared = true;
  bool operator==(const DeclaredIncident&) const = default;
};

// A PromQL expression to be shown with its value at the end of the run: the SLO files' `queries:`.
struct NamedExpression {
  std::string name;
  std::string expr;
  std::shared_ptr<const promql::Expr> expression{};  // as Expectation has it
  bool operator==(const NamedExpression& other) const { return name == other.name && expr == other.expr; }
};

// The usual labels of what pages somebody.
inline constexpr std::string_view kDefaultPaging = R"(severity=~"critical|page|emergency|P0|P1")";

// What the run is judged by. It is part of the record, so that judging can be repeated from the record alone.
struct Criteria {
  std::vector<Expectation> expectations;
  std::vector<DeclaredIncident> incidents;
  std::vector<Slo> slos;
  std::vector<NamedExpression> queries;
  // Which alerts are for a person at once: matchers as Alertmanager writes them, all of which must hold.
  std::vector<std::string> paging{std::string(kDefaultPaging)};
  SeverityThresholds severity;
  std::optional<Published> published{};  // nothing: the scenario retells nothing
  Duration hold = 5min;                  // mitigated: the SLI is back within its objective for as long as this
};

}  // namespace firedrill::record
