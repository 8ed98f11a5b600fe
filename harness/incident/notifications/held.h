// What the expectations have in common that an alert is held back: inhibited, or silenced.
#pragma once

#include <functional>
#include <string>

#include "incident/notifications/notified.h"

namespace firedrill::incident {

struct HoldWanted {
  record::HoldKind how = record::HoldKind::inhibited;
  std::string by;                                  // in words: "by DatabaseDown"; empty: by any
  std::function<bool(const std::string&)> is_one;  // of HeldBack::by
};

record::Outcome judge_held(const record::Expectation& expectation, const record::Record& record,
                           const promql::Queryable& series, const HoldWanted& wanted);

}  // namespace firedrill::incident
