#include "oncall/schedule/schedule_yaml.h"

#include <algorithm>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

using yaml::DecodedBlock;
using yaml::Node;

constexpr int kUsualWeekday = 1;
constexpr int kUsualMinute = 9 * 60;
constexpr Date kUsualAnchor{std::chrono::year{1970} / 1 / 5};

// What is said of a rotation, by a schedule or by a layer of it.
struct RotationSaid {
  Zone zone = Zone::utc();
  bool weekly = true;
  int turn = 1;
  Date anchor = kUsualAnchor;
  DayTime handoff{.weekday = kUsualWeekday, .minute = kUsualMinute};
};

class ScheduleDecoder {
 public:
  ScheduleDecoder(const DecodedBlock& block, Diagnostics& diagnostics) : block_(block), diagnostics_(diagnostics) {}

  Schedule decode() {
    const Fields& fields = block_.fields;
    schedule_.name = fields.text("name");
    schedule_.team = fields.text("team", schedule_.name);
    schedule_.where = fields.has("name") ? fields.where("name") : block_.where;
    schedule_.loops = static_cast<int>(fields.integer("loops"));
    schedule_.then = fields.text("then");
    schedule_.acknowledge_timeout = acknowledge_timeout();
    const RotationSaid said = rotation_said(fields, {});
    schedule_.zone = said.zone;
    for (const DecodedBlock& tier : block_.all("tiers")) add_tier(tier, said);
    const Node* tiers = block_.node->find("tiers");
    if (tiers != nullptr && (tiers->is_null() || (tiers->is_sequence() && tiers->items.empty()))) {
      report(diagnostics_, block_.node->entry("tiers")->key_node->where(),
             format("the schedule '{}' has no tiers", schedule_.name),
             "list them: `- {name: primary, escalation_delay: 5m, members: [alice, bob]}`");
    }
    for (const DecodedBlock& each : block_.all("overrides")) add_override(each);
    check_overlaps();
    return std::move(schedule_);
  }

 private:
  void wrong(const Fields& fields, std::string_view field, std::string what, std::string remedy) {
    report(diagnostics_, fields.where(field), std::move(what), std::move(remedy));
  }

  std::optional<Duration> acknowledge_timeout() {
    const Fields& fields = block_.fields;
    const std::string text = fields.text("acknowledge_timeout", "30m");
    if (text == "never") return std::nullopt;
    const auto duration = parse_duration(text);
    if (duration && *duration >= Duration{1s}) return *duration;
    wrong(fields, "acknowledge_timeout",
          duration ? format("'acknowledge_timeout' must be at least 1s, found {}", text)
                   : format("'acknowledge_timeout' cannot be '{}'", text),
          "expected a duration such as 30m, or `never`");
    return std::nullopt;
  }

  RotationSaid rotation_said(const Fields& fields, const RotationSaid& usual) {
    RotationSaid said = usual;
    if (fields.has("zone")) {
      const auto zone = Zone::find(fields.text("zone"));
      if (zone) {
        said.zone = *zone;
      } else {
        wrong(fields, "zone", zone.error(), "expected a name of the IANA database such as Europe/London");
      }
    }
    if (fields.has("rotation")) said.weekly = fields.text("rotation") == "weekly";
    if (fields.has("turn")) said.turn = static_cast<int>(fields.integer("turn"));
    if (fields.has("anchor")) {
      if (const auto anchor = parse_date(fields.text("anchor"))) {
        said.anchor = *anchor;
      } else {
        wrong(fields, "anchor", format("'{}' is no day", fields.text("anchor")), "expected a day such as 2026-01-05");
      }
    }
    if (fields.has("handoff")) read_handoff(fields, said);
    if (!said.handoff.weekday) said.handoff.weekday = kUsualWeekday;
    return said;
  }

  void read_handoff(const Fields& fields, RotationSaid& said) {
    const std::string text = fields.text("handoff");
    const std::string expected =
        said.weekly ? "expected a day and a time such as 'Monday 09:00'" : "expected a time such as '09:00'";
    const auto handoff = parse_day_time(text);
    if (!handoff) {
      wrong(fields, "handoff", handoff.error(), expected);
    } else if (handoff->minute == kMinutesPerDay) {
      wrong(fields, "handoff", "a handoff at 24:00 is one of the next day", "write it as '00:00' of that day");
    } else if (said.weekly && !handoff->weekday) {
      wrong(fields, "handoff", format("'{}' names no day of the week, on which a weekly rotation changes", text),
            expected);
    } else if (!said.weekly && handoff->weekday) {
      wrong(fields, "handoff", format("'{}' names a day of the week, and a daily rotation changes on each", text),
            expected + ", or `rotation: weekly`");
    } else {
      said.handoff = *handoff;
    }
  }

  static Rotation rotation_of(const RotationSaid& said) {
    Rotation rotation{.zone = said.zone,
                      .days_per_turn = said.turn * (said.weekly ? 7 : 1),
                      .first = said.anchor,
                      .handoff_minute = said.handoff.minute};
    if (said.weekly) {
      const int wait = (said.handoff.weekday.value_or(kUsualWeekday) - weekday_of(said.anchor) + 7) % 7;
      rotation.first += std::chrono::days{wait};
    }
    return rotation;
  }

  // Empty if they are in error, which is told.
  std::vector<std::string> members_of(const DecodedBlock& block) {
    std::vector<std::string> members = block.fields.texts("members");
    const std::vector<Position> places = yaml::places_of_items(block.node->find("members"));
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].empty()) continue;
      report(diagnostics_, i < places.size() ? places[i] : block.where, "a member has no name", "write who it is");
    }
    std::erase(members, "");
    return members;
  }

  void add_tier(const DecodedBlock& block, const RotationSaid& said) {
    const Fields& fields = block.fields;
    Tier tier{.name = fields.text("name"),
              .escalation_delay = fields.duration("escalation_delay"),
              .where = fields.has("name") ? fields.where("name") : block.where};
    if (schedule_.find(tier.name) != nullptr && !tier.name.empty()) {
      wrong(fields, "name", format("two tiers are called '{}'", tier.name), "rename one of them");
    }
    const auto layers = block.all("layers");
    if (std::vector<std::string> members = members_of(block); !members.empty()) {
      tier.layers.push_back({.members = std::move(members), .rotation = rotation_of(said), .where = tier.where});
    } else if (layers.empty() && block.sound) {
      const Node::Entry* entry = block.node->entry("members");
      report(diagnostics_, entry == nullptr ? block.where : entry->key_node->where(),
             format("the tier '{}' has no members: nobody could be paged", tier.name),
             "list them: `members: [alice, bob]`");
    }
    for (const DecodedBlock& layer : layers) add_layer(layer, said, tier);
    schedule_.tiers.push_back(std::move(tier));
  }

  void add_layer(const DecodedBlock& block, const RotationSaid& usual, Tier& tier) {
    const Fields& fields = block.fields;
    Layer layer{.name = fields.text("name"),
                .members = members_of(block),
                .rotation = rotation_of(rotation_said(fields, usual)),
                .where = fields.has("name") ? fields.where("name") : block.where};
    if (layer.members.empty() && block.sound) {
      const Node::Entry* entry = block.node->entry("members");
      report(diagnostics_, entry == nullptr ? block.where : entry->key_node->where(),
             format("the layer '{}' of the tier '{}' has no members", layer.name, tier.name),
             "list them: `members: [alice, bob]`, or remove the layer");
    }
    if (std::ranges::find(tier.layers, layer.name, &Layer::name) != tier.layers.end() && fields.has("name")) {
      wrong(fields, "name", format("two layers of the tier '{}' are called '{}'", tier.name, layer.name),
            "rename one of them");
    }
    for (const DecodedBlock& each : block.all("restrictions")) add_windows(each, layer.restrictions);
    tier.layers.push_back(std::move(layer));
  }

  // Nothing if it is in error, which is told.
  std::optional<DayTime> edge(const Fields& fields, std::string_view name) {
    if (!fields.has(name)) return std::nullopt;
    const auto time = parse_day_time(fields.text(name));
    if (time) return *time;
    wrong(fields, name, time.error(), "expected a time such as '18:00', or a day and a time such as 'Friday 18:00'");
    return std::nullopt;
  }

  void add_windows(const DecodedBlock& block, std::vector<Window>& windows) {
    const Fields& fields = block.fields;
    const auto from = edge(fields, "from");
    const auto to = edge(fields, "to");
    if (!from || !to) return;
    if (from->weekday.has_value() != to->weekday.has_value()) {
      wrong(fields, "to", "`from` and `to` must both name a day of the week, or neither",
            "write `from: Friday 18:00` and `to: Monday 09:00`, or `from: 18:00` and `to: 09:00`");
    } else if (*from == *to) {
      wrong(fields, "to", "the restriction ends when it begins",
            "give it another end, or leave it out: a layer without restrictions holds always");
    } else if (from->weekday) {
      if (fields.has("days")) {
        wrong(fields, "days", "a restriction from one day of the week to another has no `days`", "remove `days`");
        return;
      }
      int days = (*to->weekday - *from->weekday + 7) % 7;
      if (days == 0 && to->minute <= from->minute) days = 7;
      std::bitset<7> weekdays;
      weekdays.set(static_cast<std::size_t>(*from->weekday));
      windows.push_back({weekdays, from->minute, days, to->minute});
    } else {
      windows.push_back({days_of(block), from->minute, to->minute > from->minute ? 0 : 1, to->minute});
    }
  }

  std::bitset<7> days_of(const DecodedBlock& block) {
    std::bitset<7> days;
    if (!block.fields.has("days")) return days.set();
    const std::vector<std::string> texts = block.fields.texts("days");
    const std::vector<Position> places = yaml::places_of_items(block.node->find("days"));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto day = parse_weekday(texts[i]);
      if (!day) {
        report(diagnostics_, i < places.size() ? places[i] : block.where,
               format("'{}' is no day of the week", texts[i]), "expected days such as [saturday, sunday]");
      } else {
        days.set(static_cast<std::size_t>(*day));
      }
    }
    if (texts.empty()) {
      report(diagnostics_, block.fields.where("days"), "a restriction on no day never holds",
             "name days, or remove `days`");
    }
    return days;
  }

  std::optional<Time> moment(const Fields& fields, std::string_view name) {
    if (!fields.has(name)) return std::nullopt;
    const auto time = parse_moment(fields.text(name), schedule_.zone);
    if (!time) {
      wrong(fields, name, format("'{}' is no instant", fields.text(name)),
            "expected one such as '2026-03-28 09:00', in the schedule's zone, or 2026-03-28T09:00:00Z");
    }
    return time;
  }

  void add_override(const DecodedBlock& block) {
    const Fields& fields = block.fields;
    const auto from = moment(fields, "from");
    const auto to = moment(fields, "to");
    if (from && to && *from >= *to) {
      wrong(fields, "to", "the override ends before it begins", "put the later one of the two into `to`");
      return;
    }
    if (schedule_.tiers.empty()) return;
    Tier* tier = &schedule_.tiers.front();
    if (fields.has("tier")) {
      const std::string name = fields.text("tier");
      const auto found = std::ranges::find(schedule_.tiers, name, &Tier::name);
      if (found == schedule_.tiers.end()) {
        std::vector<std::string> names;
        for (const Tier& each : schedule_.tiers) names.push_back(each.name);
        wrong(fields, "tier", format("the schedule '{}' has no tier '{}'", schedule_.name, name),
              suggest_one(name, names, diagnostics_));
        return;
      }
      tier = &*found;
    }
    if (!from || !to) return;
    tier->overrides.push_back({fields.text("member"), *from, *to, block.where});
  }

  void check_overlaps() {
    for (Tier& tier : schedule_.tiers) {
      std::ranges::stable_sort(tier.overrides, {}, &Override::from);
      const Override* longest = nullptr;
      for (const Override& each : tier.overrides) {
        if (longest != nullptr && each.from < longest->to) {
          const bool later = each.where.line >= longest->where.line;
          const Override& told = later ? each : *longest;
          const Override& other = later ? *longest : each;
          report(diagnostics_, told.where,
                 format("'{}' stands in for the tier '{}' while '{}' does so by the override of line {}, until {}",
                        told.member, tier.name, other.member, other.where.line,
                        format_moment(std::min(each.to, longest->to), schedule_.zone)),
                 "let one of them end where the other one begins");
        }
        if (longest == nullptr || each.to > longest->to) longest = &each;
      }
    }
  }

  const DecodedBlock& block_;
  Diagnostics& diagnostics_;
  Schedule schedule_;
};

}  // namespace

Schedule decode_schedule(const DecodedBlock& block, Diagnostics& diagnostics) {
  return ScheduleDecoder(block, diagnostics).decode();
}

}  // namespace firedrill::oncall
