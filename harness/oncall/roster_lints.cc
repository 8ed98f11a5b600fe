#include "oncall/roster_lints.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "lint/run.h"

namespace firedrill::oncall {
namespace {

constexpr Time kFrom = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr Time kTo = std::chrono::sys_days{std::chrono::year{2028} / 1 / 1};

// The first of several times of one kind, how many there are and how long they are in all.
struct Times {
  Shift first{};
  std::size_t count = 0;
  Duration all{};

  void add(const Shift& shift) {
    if (count++ == 0) first = shift;
    all += shift.to - shift.from;
  }
};

std::string described(const Times& times, const Zone& zone) {
  std::string text =
      format("from {} to {}", format_moment(times.first.from, zone), format_moment(times.first.to, zone));
  if (times.count > 1) {
    text += format(", and {} times more in 2026 and 2027, {} in all", times.count - 1, describe_duration(times.all));
  }
  return text;
}

void lint_nobody_on_call(const RosterLintInput& input, std::vector<Diagnostic>& findings) {
  for (const Schedule& schedule : input.roster.schedules) {
    for (const Tier& tier : schedule.tiers) {
      Times gaps;
      for (const Shift& shift : tier.shifts(kFrom, kTo)) {
        if (!shift.has_somebody()) gaps.add(shift);
      }
      if (gaps.count == 0) continue;
      findings.push_back(
          {Severity::warning, tier.where,
           format("nobody is on call as {} of {} {}", tier.name, schedule.name, described(gaps, schedule.zone)),
           "give the tier `members`, who are on call whenever no layer holds"});
    }
  }
}

// Of each pair of tiers one finding.
void lint_paged_twice(const RosterLintInput& input, std::vector<Diagnostic>& findings) {
  for (const Schedule& schedule : input.roster.schedules) {
    std::vector<std::vector<Shift>> shifts;
    for (const Tier& tier : schedule.tiers) shifts.push_back(tier.shifts(kFrom, kTo));
    for (std::size_t later = 1; later < shifts.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        Times both;
        for (std::size_t i = 0, j = 0; i < shifts[earlier].size() && j < shifts[later].size();) {
          const Shift& a = shifts[earlier][i];
          const Shift& b = shifts[later][j];
          const Time from = std::max(a.from, b.from);
          const Time to = std::min(a.to, b.to);
          if (a.has_somebody() && a.member == b.member && from < to) {
            both.add({.from = from, .to = to, .member = a.member});
          }
          a.to <= b.to ? ++i : ++j;
        }
        if (both.count == 0) continue;
        findings.push_back(
            {Severity::warning, schedule.tiers[later].where,
             format("{} is on call as {} and as {} of {} {}", both.first.member, schedule.tiers[earlier].name,
                    schedule.tiers[later].name, schedule.name, described(both, schedule.zone)),
             "put different people into the two tiers, or order them so that turns do not meet"});
      }
    }
  }
}

void lint_hidden_layer(const RosterLintInput& input, std::vector<Diagnostic>& findings) {
  for (const Schedule& schedule : input.roster.schedules) {
    for (const Tier& tier : schedule.tiers) {
      const auto always = std::find_if(tier.layers.rbegin(), tier.layers.rend(),
                                       [](const Layer& layer) { return layer.restrictions.empty(); });
      if (always == tier.layers.rend()) continue;
      for (auto hidden = std::next(always); hidden != tier.layers.rend(); ++hidden) {
        const std::string what = hidden->name.empty() ? format("the members of the tier '{}' are", tier.name)
                                                      : format("the layer '{}' is", hidden->name);
        findings.push_back(
            {Severity::warning, hidden->where,
             format("{} never on call: the layer '{}' below it goes first and holds always", what, always->name),
             format("give '{}' restrictions, or put it above", always->name)});
      }
    }
  }
}

constexpr std::array kLints{
    RosterLint{{"nobody-on-call", "a tier has times in which nobody is on call",
                "All layers of a tier have restrictions, and there are times at which none of them holds. A page at "
                "such a time goes to the next tier at once; if that has nobody either, to nobody. Where layers are of "
                "several zones, the gap may be there for a few weeks a year only, while one zone's clocks have changed "
                "and the other's have not.",
                "`members` of the tier, who are on call whenever no layer holds; or restrictions that meet.",
                "A schedule is the topmost of its layers that holds, and empty where none does."},
               lint_nobody_on_call},
    RosterLint{{"paged-twice", "one person is on call in two tiers at once",
                "Two rotations of a schedule meet in one person, or somebody stands in who is on call already. A page "
                "that this person misses escalates to the same person.",
                "Disjoint members, or orders and turns that never meet.",
                "Rotations of different lengths go through all combinations of their members."},
               lint_paged_twice},
    RosterLint{
        {"hidden-layer", "a layer of a schedule is never on call",
         "A later layer of the tier has no restrictions: it holds always, and goes before all that stand above "
         "it.",
         "Restrictions of the later layer, or the other order.", "The last layer that holds is the one that counts."},
        lint_hidden_layer},
};

}  // namespace

std::span<const RosterLint> roster_lints() {
  return kLints;
}

Diagnostics lint_roster(const Roster& roster) {
  return lint::run(kLints, RosterLintInput{roster});
}

}  // namespace firedrill::oncall
