// What an SLO of an OpenSLO or Sloth file says beside the SLO itself.
#pragma once

#include <map>
#include <string>

#include "base/diagnostic.h"
#include "incident/slo/indicator.h"

namespace firedrill::incident {

using Texts = std::map<std::string, std::string>;

// One of the two alerts that Sloth knows.
struct DeclaredAlert {
  bool disabled = false;
  Duration pending{};  // `for`
  Texts labels;
  Texts annotations;
};

struct DeclaredSlo {
  std::string spec;              // "prometheus/v1", "sloth.slok.dev/v1", "openslo/v1"
  std::string name;              // that Sloth gives it: an objective of OpenSLO has its number behind the SLO's name
  double objective_percent = 0;  // as written; Sloth's arithmetic begins with it
  Indicator indicator;
  Texts labels;  // of all rules
  std::string alert_name;
  DeclaredAlert page;
  DeclaredAlert ticket;
  // How often Sloth's three groups of rules are evaluated; 0: as often as Prometheus evaluates others.
  Duration ratios_interval{};
  Duration metadata_interval{};
  Duration alerts_interval{};

  // What of it no rules can be written from, and what of it the simulated world cannot count: errors where that is
  // done, and elsewhere worth a warning.
  Diagnostics unwritten;
  Diagnostics uncounted;
  Diagnostics counted_otherwise;  // worth a warning where the world counts
};

}  // namespace firedrill::incident
