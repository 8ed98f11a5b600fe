// What the decoders of OpenSLO and Sloth files share.
#pragma once

#include <string_view>

#include "incident/slo/slo_file.h"
#include "promql/options.h"

namespace firedrill::incident {

// `later` wins.
Texts merged(Texts labels, const Texts& later);
// Names of labels or annotations that Prometheus would refuse in a rule. Null: there are none.
void check_label_names(const yaml::Node* mapping, Diagnostics& diagnostics);
// A query that must hold the template of the window.
void read_windowed_query(const yaml::Node& query, const promql::ParseOptions& options, Diagnostics& diagnostics);

// Adds an SLO whose declaration is complete but for what the world counts of its indicator, which is added. Errors: an
// objective outside (0, 1), told at its place; a name that another SLO of the file has.
void add_foreign_slo(SloFile::Entry entry, const Position& objective, SloFile& file, Diagnostics& diagnostics);

// For those who count: what of an OpenSLO or Sloth file the simulated world cannot count, as errors; what it counts
// otherwise, as warnings.
void report_uncounted(const SloFile& file, Diagnostics& diagnostics);
// For those who only look: all of it as warnings.
void warn_of_unread(const SloFile& file, Diagnostics& diagnostics);

}  // namespace firedrill::incident
