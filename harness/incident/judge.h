// From what happened to what it means: incidents, measures, severity, key metrics, expectations, verdict.
#pragma once

#include "incident/expectations/known_names.h"
#include "promql/queryable.h"
#include "record/criteria.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::incident {

// Fills everything of the record that follows from the rest: attribution of alerts, incidents, slos, kpis,
// expectations, verdict, and the timeline's derived events (slo.*, severity.changed, incident.*). Judging a judged
// record again gives the same record. Where nothing else is declared about alerts, `no_other_alerts` is; a drill that
// somebody worked has no expectations.
void judge(record::Record& record, const promql::Queryable& series);

// Stores what the run is judged by in the record first.
void judge(record::Record& record, record::Criteria declared, const promql::Queryable& series);

// The verdict and why, from the rest: of a drill, from its score.
void decide(record::Record& record);

// Every diagnostic that a declaration deserves: unknown names, expressions that do not parse, duplicate ids.
void check(const record::Criteria& declared, const KnownNames& names, Diagnostics& diagnostics);

}  // namespace firedrill::incident
