#include "alerting/analysis/episodes.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text/format.h"

namespace firedrill::alerting {
namespace {

// Of more only the first, the longest and the last are told.
constexpr std::size_t kShown = 5;
constexpr std::size_t kShownAlike = 10;

// The one label in which two alerts of a rule differ; nothing if it is not one.
std::optional<std::string> changed_label(const model::Labels& before, const model::Labels& after) {
  if (before.size() != after.size()) return std::nullopt;
  std::optional<std::string> changed;
  for (const model::Label& label : before) {
    if (after.get(label.name) == label.value) continue;
    if (changed || !after.has(label.name)) return std::nullopt;
    changed = label.name;
  }
  return changed;
}

EndKind kind_of(const WhyNot& why) {
  switch (why.kind) {
    case WhyNot::Kind::below:
      return EndKind::below;
    case WhyNot::Kind::missing:
      return EndKind::gap;
    case WhyNot::Kind::apart:
      return EndKind::apart;
    case WhyNot::Kind::taken_away:
      return EndKind::taken_away;
    case WhyNot::Kind::present:
      return EndKind::present;
  }
  return EndKind::unknown;
}

std::string_view in_words(EndKind kind) {
  switch (kind) {
    case EndKind::below:
      return "as the comparison no longer held";
    case EndKind::gap:
      return "as there was nothing to compare";
    case EndKind::present:
      return "as what was missing was there";
    case EndKind::taken_away:
      return "as `unless` took it away";
    case EndKind::apart:
      return "as the sides of `and` held for no series in common";
    case EndKind::label_changed:
      return "as a label changed, which makes another alert";
    case EndKind::restarted:
      return "as the monitor went down, after which `for` counts from what it had stored";
    default:
      return "";
  }
}

std::string span_of(const Episode& episode, const EpisodeWords& words) {
  if (!episode.ended) return format("from {} on", words.at(episode.began));
  if (episode.length() <= Duration(0)) return format("at one evaluation alone, {}", words.at(episode.began));
  return format("from {} for {}", words.at(episode.began), words.length(episode.length()));
}

std::string how_of(const Episode& episode, const EpisodeWords& words) {
  return episode.how.empty() || !episode.ended ? std::string()
                                               : format("{} at {}", episode.how, words.at(*episode.ended));
}

const Episode& longest_of(std::span<const Episode> episodes) {
  return *std::ranges::max_element(episodes, {}, &Episode::length);
}

// "; 8 ended as the comparison no longer held (up was 1 at 7m), 2 as there was nothing to compare (up had no value at
// 9m)".
std::string ends_of(std::span<const Episode> episodes, const EpisodeWords& words) {
  std::map<EndKind, std::vector<const Episode*>> by_kind;
  for (const Episode& episode : episodes) {
    if (episode.end != EndKind::unknown) by_kind[episode.end].push_back(&episode);
  }
  std::string out;
  for (const auto& [kind, all] : by_kind) {
    const std::string count = all.size() == episodes.size() ? "each" : std::to_string(all.size());
    out += format("{}{}{} {}", out.empty() ? "; " : ", ", count, out.empty() ? " ended" : "", in_words(kind));
    if (const std::string how = how_of(*all.front(), words); !how.empty()) out += format(" ({})", how);
  }
  return out;
}

std::string list(std::span<const Episode> episodes, const EpisodeWords& words) {
  if (episodes.size() == 1) {
    const std::string how = how_of(episodes.front(), words);
    return span_of(episodes.front(), words) + words.asked + (how.empty() ? "" : "; then " + how);
  }
  const Episode& longest = longest_of(episodes);
  const auto as_long = [&](const Episode& each) { return each.ended && each.length() == longest.length(); };
  const bool alike = std::ranges::all_of(episodes, as_long);
  std::string out = format("{} times{}", episodes.size(), alike ? ", " : ": ");
  if (alike)
    out += longest.length() <= Duration(0) ? "at one evaluation alone each: "
                                           : format("for {} each, from ", words.length(longest.length()));
  const auto told = [&](const Episode& each) { return alike ? words.at(each.began) : span_of(each, words); };
  if (episodes.size() > (alike ? kShownAlike : kShown)) {
    out += format("{} first, {} last", told(episodes.front()), told(episodes.back()));
  } else {
    for (std::size_t i = 0; i < episodes.size(); ++i)
      out += (i == 0 ? "" : i + 1 == episodes.size() ? " and " : ", ") + told(episodes[i]);
  }
  if (!alike) {
    out += format("; for the longest from {} for {}", words.at(longest.began), words.length(longest.length()));
  }
  return out + words.asked + ends_of(episodes, words);
}

void say_changed(Episode& episode, const std::string& name, const model::Labels& now) {
  episode.end = EndKind::label_changed;
  episode.changed = name;
  episode.how = format("the label '{}' changed from {} to {}", name, model::quote(episode.labels.get(name)),
                       model::quote(now.get(name)));
}

std::size_t alike(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

// The series is gone, and one that differs from it in a label, and was not there before, holds in its place: another
// pod, say, with another name. `before`: a time at which the one was there alone; for an evaluation they may overlap.
// Of several the one whose name is the most like it. False: there is none.
bool find_successor(Episode& episode, WhyNotWatch& watch, Time before, const model::Labels& series_labels,
                    std::span<const model::Labels> next) {
  const model::Labels* successor = nullptr;
  std::string by;
  for (const model::Labels& labels : next) {
    const auto name = changed_label(episode.labels, labels);
    if (!name || !series_labels.has(*name)) continue;
    const std::string_view old = episode.labels.get(*name);
    if (successor != nullptr && alike(old, successor->get(by)) >= alike(old, labels.get(*name))) continue;
    model::Labels of_its_series = series_labels;
    of_its_series.set(*name, labels.get(*name));
    const auto why = watch.at(before, of_its_series);
    if (!why || why->kind != WhyNot::Kind::missing) continue;
    successor = &labels;
    by = *name;
  }
  if (successor != nullptr) say_changed(episode, by, *successor);
  return successor != nullptr;
}

}  // namespace

void find_end(Episode& episode, WhyNotWatch& watch, Time at, const model::Labels& series_labels,
              std::span<const model::Labels> next) {
  if (const auto why = watch.at(at, series_labels)) {
    const Duration step = episode.ended.value_or(episode.last) - episode.last;
    if (why->kind == WhyNot::Kind::missing && find_successor(episode, watch, at - 2 * step, series_labels, next))
      return;
    episode.end = kind_of(*why);
    episode.how = why->text;
    return;
  }
  if (!watch.holds(at, series_labels)) return;
  for (const model::Labels& labels : next) {
    const auto name = changed_label(episode.labels, labels);
    if (name) return say_changed(episode, *name, labels);
  }
}

std::string describe(std::span<const Episode> episodes, const EpisodeWords& words) {
  if (episodes.empty()) return {};
  // What goes on under other labels is one alert to those who read of it.
  std::vector<std::string> changed;
  for (const Episode& episode : episodes) {
    if (!episode.changed.empty()) changed.push_back(episode.changed);
  }
  const model::Labels of_longest = longest_of(episodes).labels.without(changed);
  std::vector<Episode> own;
  for (const Episode& episode : episodes) {
    if (episode.labels.without(changed) == of_longest) own.push_back(episode);
  }
  if (own.size() == episodes.size()) return list(own, words);
  const std::size_t others = episodes.size() - own.size();
  model::Labels shown = of_longest;
  shown.remove(model::kAlertName);
  return format("as {} {}; with other labels {} time{}, and for no longer", shown.to_string(), list(own, words), others,
                others == 1 ? "" : "s");
}

}  // namespace firedrill::alerting
