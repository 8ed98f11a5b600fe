#include "oncall/roster_form.h"

#include <array>

#include "oncall/communication/policy.h"
#include "oncall/response_targets.h"

namespace firedrill::oncall {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::Shape;
using enum FieldType;

constexpr double kLeastSeconds = 1;
constexpr std::array<std::string_view, 2> kRotations{"weekly", "daily"};

constexpr FieldSpec kFile[] = {
    {.name = "people",
     .type = texts,
     .doc = "everybody who may be on call; left out: whoever is in a rotation. Given, nobody else may be named"},
    {.name = "receivers",
     .type = text_map,
     .doc = "which schedule an Alertmanager's receiver calls; not needed where there is but one schedule"},
};

constexpr FieldSpec kName{.name = "name", .type = text, .required = true, .doc = "what it is called"};
constexpr FieldSpec kMembers{.name = "members", .type = texts, .doc = "who takes turns, in this order"};
constexpr FieldSpec kEscalationDelay{
    .name = "escalation_delay",
    .type = duration,
    .doc =
        "how long the tier has to acknowledge before the next one is paged; of the last one, before the walk begins "
        "again or is over",
    .default_text = "5m",
    .min = kLeastSeconds};

// What a schedule says of its rotations, and a layer of its own.
constexpr FieldSpec kZone{
    .name = "zone", .type = text, .doc = "whose clocks count, by IANA name; of a schedule UTC if it is left out"};
constexpr FieldSpec kRotation{
    .name = "rotation", .type = text, .doc = "whether turns are counted in weeks or in days", .choices = kRotations};
constexpr FieldSpec kTurn{.name = "turn",
                          .type = integer,
                          .doc = "how many weeks, or days, a turn lasts; 1 if it is left out",
                          .min = 1,
                          .max = 366};
constexpr FieldSpec kAnchor{
    .name = "anchor",
    .type = text,
    .doc =
        "the first turn, of the first member, begins with the first handoff on or after this day; 1970-01-05 if it "
        "is left out"};
constexpr FieldSpec kHandoff{.name = "handoff",
                             .type = text,
                             .doc =
                                 "when turns change: 'Monday 09:00', of a daily rotation '09:00'; left out: Monday "
                                 "09:00. A layer's own is the schedule's, if it is left out"};

constexpr FieldSpec kSchedule[] = {
    kName,
    {.name = "team",
     .type = text,
     .doc = "how playbooks name who is paged (`page DBA on-call`); left out: as the schedule is called"},
    kZone,
    kRotation,
    kTurn,
    kAnchor,
    kHandoff,
    {.name = "loops",
     .type = integer,
     .doc = "how often the tiers are paged again, from the first on, if nobody acknowledges",
     .default_text = "0",
     .min = 0,
     .max = 9},
    {.name = "acknowledge_timeout",
     .type = text,
     .doc = "how long an acknowledgement holds before the tiers are paged anew, unless all is well by then; or `never`",
     .default_text = "30m"},
    {.name = "then",
     .type = text,
     .doc = "the schedule that is paged when this one's walk is over and nobody has acknowledged"},
};
constexpr FieldSpec kTier[] = {kName, kEscalationDelay, kMembers};
constexpr FieldSpec kLayer[] = {kName, kMembers, kZone, kRotation, kTurn, kAnchor, kHandoff};
constexpr FieldSpec kRestriction[] = {
    {.name = "from",
     .type = text,
     .required = true,
     .doc = "when it begins: '18:00', each day or on `days`; or 'Friday 18:00', each week"},
    {.name = "to",
     .type = text,
     .required = true,
     .doc = "when it ends: '09:00', if that is not after `from` on the next day; or 'Monday 09:00'"},
    {.name = "days", .type = texts, .doc = "the days of the week on which it begins; left out: all of them"},
};
constexpr FieldSpec kOverride[] = {
    {.name = "member", .type = text, .required = true, .doc = "who stands in"},
    {.name = "tier", .type = text, .doc = "in which tier; the first, if it is left out"},
    {.name = "from",
     .type = text,
     .required = true,
     .doc = "from when on: '2026-03-28 09:00' in the schedule's zone, or with an offset as 2026-03-28T09:00:00Z"},
    {.name = "to", .type = text, .required = true, .doc = "until when, written likewise"},
};

template <const auto& Table>
std::span<const FieldSpec> fields() {
  return Table;
}

constexpr Block kRestrictionBlock{"restriction", "hours in which the layer holds", fields<kRestriction>};
constexpr ChildBlock kOfLayer[] = {
    {"restrictions", Shape::list, &kRestrictionBlock, false, "when the layer holds; left out: always"},
};
constexpr Block kLayerBlock{"layer", "a rotation that goes before those above it where it holds", fields<kLayer>,
                            kOfLayer};
constexpr ChildBlock kOfTier[] = {
    {"layers", Shape::list, &kLayerBlock, false, "further rotations; a later one goes before an earlier one"},
};
constexpr Block kTierBlock{"tier", "one person at a time, paged at its turn", fields<kTier>, kOfTier};
constexpr Block kOverrideBlock{"override", "somebody stands in for a time", fields<kOverride>};
constexpr ChildBlock kOfSchedule[] = {
    {"tiers", Shape::list, &kTierBlock, true, "in the order in which they are paged"},
    {"overrides", Shape::list, &kOverrideBlock, false, "who stands in, and when"},
};
constexpr Block kScheduleBlock{"schedule", "a team's rotation", fields<kSchedule>, kOfSchedule};
constexpr Block kTargetsBlock{"response targets", "how soon an incident is to be acknowledged", response_target_fields};
constexpr ChildBlock kOfFile[] = {
    {"schedule", Shape::one, &kScheduleBlock, false, "the rotation, of one team"},
    {"schedules", Shape::list, &kScheduleBlock, false, "the rotations of several teams"},
    {"response_targets", Shape::one, &kTargetsBlock, false,
     "how soon an incident is to be acknowledged, by its severity"},
    {"communication", Shape::one, &kCommunicationBlock, false, "what others are told of incidents, and how soon"},
};
constexpr Block kRosterBlock{"on-call file", "who is called", fields<kFile>, kOfFile};

}  // namespace

const Block& roster_block() {
  return kRosterBlock;
}

}  // namespace firedrill::oncall
