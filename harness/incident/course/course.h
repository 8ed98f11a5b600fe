// How a run compares with the published course of an incident that its scenario retells.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "record/record.h"

namespace firedrill::incident {

struct KnownNames;

// Published times are those of people, who write down minutes: as much as this they may be off either way.
inline constexpr Duration kPublishedGrace = 1min;

// The times of an incident that a published one may stand beside.
std::span<const std::string_view> incident_steps();

// From when published times count: the beginning of the fault that is named, or the breach of the first incident.
// Nothing if the record has no such fault, or nothing broke.
std::optional<Time> course_start(const record::Record& record);

// Each published time beside what it was in this run; nothing where nothing was published. Two times agree when neither
// is longer than the other and the grace, times the factor; of two that were published as one before the other, the
// other must not come first. Needs the incidents and their times.
std::optional<std::vector<record::CourseStep>> course_of(const record::Record& record);

// Names in it that nobody knows.
void check_published(const record::Published& published, const KnownNames& names, Diagnostics& diagnostics);

}  // namespace firedrill::incident
