#include "exercise/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "exercise/drill.h"
#include "exercise/section_text.h"
#include "yaml/decode.h"

namespace firedrill::exercise {
namespace {

constexpr std::size_t kMostFaults = yaml::kMaxEntries - 50;
constexpr std::size_t kMostAlerts = 150;  // of a scenario: its report is to be read
constexpr Duration kWarmUp = std::chrono::hours(1);
constexpr Duration kApart = std::chrono::minutes(10);  // of what must not disturb each other
// What a trial does not know: when in its interval a target is scraped and a group evaluated.
Duration with_margin(Duration tried) {
  return std::chrono::ceil<std::chrono::minutes>(tried + tried / 10 + 4min);
}

Duration in_minutes(Duration lasts) {
  return std::chrono::ceil<std::chrono::minutes>(lasts);
}

bool moves(const Solution& solution) {
  return std::ranges::any_of(solution.props, [](const Prop& prop) { return prop.motion == Motion::trend; });
}

bool disturb(const Subject& a, const Subject& b) {
  if (a.metrics.contains("") || b.metrics.contains("")) return true;
  return std::ranges::any_of(a.metrics, [&](const std::string& metric) { return b.metrics.contains(metric); });
}

class PartPlanner {
 public:
  PartPlanner(const Cast& cast, std::span<const std::size_t> subjects) : cast_(cast) {
    std::set<std::size_t> files;
    for (const std::size_t i : subjects) {
      files.insert(cast.subjects[i].file_index);
      Section section;
      section.subject = i;
      section.id = unique(cast.subjects[i].rule->name());
      (choice(i).cause ? by_cause_[choice(i).cause->fields] : made_up_).push_back(section);
    }
    part_.files.assign(files.begin(), files.end());
    part_.warmup = kWarmUp;
  }

  Part plan() {
    add_causes();
    // Those that look back farthest first: what comes later does not look so far.
    std::ranges::stable_sort(made_up_, [&](const Section& a, const Section& b) {
      return cast_.subjects[a.subject].reach > cast_.subjects[b.subject].reach;
    });
    while (!made_up_.empty()) add_round();
    part_.duration = now_ + kApart;
    return std::move(part_);
  }

 private:
  const Choice& choice(std::size_t subject) const { return *cast_.choices[subject]; }

  std::string unique(const std::string& name) {
    std::string id = name;
    for (int n = 2; !ids_.insert(id).second; ++n) id = format("{}-{}", name, n);
    return id;
  }

  // One fault for all that are about it. Those that move nothing but what their own alerts read share the time.
  void add_causes() {
    std::vector<std::vector<Section>*> left;
    for (auto& [fields, sections] : by_cause_) left.push_back(&sections);
    while (!left.empty()) {
      std::vector<std::vector<Section>*> round;
      std::erase_if(left, [&](std::vector<Section>* sections) {
        const bool free = std::ranges::all_of(round, [&](const auto* other) { return stand_apart(*sections, *other); });
        if (free) round.push_back(sections);
        return free;
      });
      Duration end = now_;
      for (std::vector<Section>* sections : round) end = std::max(end, add_cause(*sections));
      now_ = end + kApart;
    }
  }

  bool stand_apart(const std::vector<Section>& a, const std::vector<Section>& b) const {
    if (!choice(a.front().subject).cause->apart || !choice(b.front().subject).cause->apart) return false;
    return std::ranges::none_of(a, [&](const Section& one) {
      return std::ranges::any_of(
          b, [&](const Section& other) { return disturb(cast_.subjects[one.subject], cast_.subjects[other.subject]); });
    });
  }

  // Returns when it is over.
  Duration add_cause(std::vector<Section>& sections) {
    Duration fires{}, clears{};
    for (const Section& section : sections) {
      fires = std::max(fires, choice(section.subject).fires);
      clears = std::max(clears, choice(section.subject).clears);
    }
    const Cause& cause = *choice(sections.front().subject).cause;
    const std::string id = unique(cause.kind);
    const Duration lasts = with_margin(fires);
    const Duration end = now_ + lasts + with_margin(clears);
    part_.faults += format("  # {}\n", cause.words());
    part_.faults += cause_entry(id, cause, now_, lasts).text;
    for (Section& section : sections) {
      section.begin = section.hot_from = now_;
      section.hot_to = now_ + lasts;
      section.end = end;
      expect(section, id, lasts);
    }
    return end;
  }

  // As many as do not disturb each other.
  void add_round() {
    std::vector<Section> round;
    std::vector<Section> others;
    for (Section& section : made_up_) {
      const Subject& subject = cast_.subjects[section.subject];
      const bool free = std::ranges::none_of(
          round, [&](const Section& other) { return disturb(subject, cast_.subjects[other.subject]); });
      (free ? round : others).push_back(std::move(section));
    }
    made_up_ = std::move(others);
    Duration begin = now_;
    for (const Section& section : round) begin = std::max(begin, earliest(cast_.subjects[section.subject]));
    Duration end = begin;
    for (Section& section : round) {
      const Solution& solution = *choice(section.subject).solution;
      section.begin = begin;
      section.hot_from = begin + in_minutes(solution.lead);
      section.hot_to = section.hot_from + (moves(solution) ? in_minutes(solution.hot) : with_margin(solution.fires));
      section.end = section.hot_to + with_margin(solution.clears);
      end = std::max(end, section.end);
      add_made_up(section, solution);
    }
    for (const Section& section : round) {
      for (const std::string& metric : cast_.subjects[section.subject].metrics) used_until_[metric] = section.end;
    }
    now_ = end + kApart;
  }

  // When nothing of an earlier section is within its windows.
  Duration earliest(const Subject& subject) const {
    Duration from{};
    for (const std::string& metric : subject.metrics) {
      const auto used = used_until_.find(metric);
      if (used != used_until_.end()) from = std::max(from, in_minutes(used->second + subject.reach + kApart));
    }
    return from;
  }

  void add_made_up(const Section& section, const Solution& solution) {
    const Subject& subject = cast_.subjects[section.subject];
    const Entries entries = metric_entries(section, solution, cast_.service, part_.warmup);
    part_.faults += format("  # {} ({}:{}): no cause in this world, made-up metrics\n", subject.rule->name(),
                           subject.file, subject.rule->where.line);
    part_.faults += entries.text;
    std::string ids;
    for (const std::string& id : entries.ids) ids += format("{}{}", ids.empty() ? "" : ", ", quoted_text(id));
    part_.incidents += format("  - {{id: {}, faults: [{}]}}\n", quoted_text(section.id), ids);
    expect(section, section.id, section.hot_to - section.begin);
  }

  void expect(const Section& section, const std::string& incident, Duration within) {
    part_.expectations +=
        format("  - {{id: {}, kind: alert_firing, alert: {}, incident: {}, within: {}}}\n",
               quoted_text("expect-" + section.id), quoted_text(cast_.subjects[section.subject].rule->name()),
               quoted_text(incident), format_duration(within + 2min));
    part_.sections.push_back(section);
  }

  const Cast& cast_;
  std::map<std::string, std::vector<Section>> by_cause_;
  std::vector<Section> made_up_;
  std::map<std::string, Duration> used_until_;  // by metric
  std::set<std::string> ids_;
  Part part_;
  Duration now_ = std::chrono::minutes(10);
};

}  // namespace

std::vector<Part> plan(const Cast& cast) {
  std::vector<Part> parts;
  std::vector<std::size_t> subjects;
  std::size_t faults = 0;
  const auto finish = [&] {
    if (!subjects.empty()) parts.push_back(PartPlanner(cast, subjects).plan());
    subjects.clear();
    faults = 0;
  };
  for (std::size_t i = 0; i < cast.subjects.size(); ++i) {
    if (!cast.choices[i]) continue;
    const Choice& choice = *cast.choices[i];
    const std::size_t more = choice.cause ? 1 : count_entries(*choice.solution);
    if (faults + more > kMostFaults || subjects.size() >= kMostAlerts) finish();
    subjects.push_back(i);
    faults += more;
  }
  finish();
  return parts;
}

std::string scenario_text(const Part& part, const std::string& name, std::span<const std::string> rule_paths) {
  std::string text = head_text({name,
                                "Each alert of these rules is made to fire, and to clear again.",
                                part.warmup,
                                part.duration,
                                "topology.yaml",
                                {rule_paths.begin(), rule_paths.end()}});
  text += "faults:\n" + part.faults;
  if (!part.incidents.empty()) text += "incidents:\n" + part.incidents;
  // A fault that makes one alert fire may make others fire, too: that is none of this scenario's business.
  return text + "expectations:\n" + part.expectations +
         "  - {id: others, kind: no_other_alerts, except: [\"*\"], vacuous: ignore}\n";
}

}  // namespace firedrill::exercise
