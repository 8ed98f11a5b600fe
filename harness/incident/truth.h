// Sums over the record's truth: what severity, SLIs and impact are computed from.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/time.h"
#include "record/severity.h"
#include "record/slo.h"
#include "record/truth.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::incident {

// Minutes are counted from Record::judged_from. The number of minutes of the judged window that the truth covers.
std::size_t minute_count(const record::Record& record);
Time minute_start(const record::Record& record, std::size_t minute);
// Whether there was a full minute by which requests, objectives and severity could be judged, kept or not.
bool judged_by_minutes(const record::Record& record);
// The end of a minute; the last one may be cut short by the run's end.
Time minute_end(const record::Record& record, std::size_t minute);
// The minute that holds t; those before the window give 0, those after it the last. There must be a minute.
std::size_t minute_at(const record::Record& record, Time t);

// [first, last], both counted; `last` is clamped to what there is.
struct MinuteRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

// All entry points together over some minutes. Latencies come from the buckets where they are known, else they are the
// means of the minutes' percentiles weighted by requests; users are those of the range's last minute.
record::TruthMinute entry_traffic(const record::Record& record, MinuteRange minutes);

// The four inputs of severity over some minutes, and over the five that end with this one.
record::SeverityInputs severity_inputs(const record::Record& record, MinuteRange minutes);
record::SeverityInputs severity_inputs(const record::Record& record, std::size_t minute);

// Good and all requests that count for the SLO. Without truth about its service: none.
record::SliCount sli_count(const record::Record& record, const record::Slo& slo, MinuteRange minutes);
// Whether the SLI missed its objective in this minute.
bool misses(const record::Record& record, const record::Slo& slo, std::size_t minute);

// The requests that took at most `threshold_s`, linear within a bucket.
double bucket_within(std::span<const double> bounds_s, std::span<const double> buckets, double threshold_s);

}  // namespace firedrill::incident
